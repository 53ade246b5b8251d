; The setup for one person: no administrator, no reboot. build.py calls makensis with VERSION, SHOWN, PUBLISHER, APP (the
; folder that stage.py laid), OUT and KILOBYTES.
;
; Silent:  setup.exe /S [/PATH=0] [/AUTOSTART=0] [/START=0] [/D=C:\Folder]     /D comes last and is never quoted
;          uninstall.exe /S [/SETTINGS=1]                                      settings stay unless told
; An upgrade keeps what the person has chosen: PATH and autostart change only if told; the tray starts again if it ran.
; Exit codes: 0 done, 1 cancelled, 2 refused or failed.
;
; The new program is unpacked beside the old one and takes its place by one renaming. Whatever goes wrong before leaves the
; old one whole, and a credential helper that starts at that moment finds one of the two.

Unicode true
Target amd64-unicode
ManifestDPIAware true
ManifestSupportedOS Win10
!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include WinVer.nsh
!include x64.nsh

!define NAME "AWS SSO Tray"
!define ID "aws-sso-tray"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${ID}"
!define ENTRY "$SMPROGRAMS\${NAME}.lnk"
!define STOPPED '{"version": 1, "event": "stopped"}' ; what `stop --json` says of a tray that ran
!define USUAL "$LOCALAPPDATA\Programs\${ID}"
!define PATIENCE 40 ; times a quarter of a second, for programs that just end

Name "${NAME}"
BrandingText "${NAME} ${SHOWN}"
OutFile "${OUT}"
RequestExecutionLevel user
InstallDir "${USUAL}"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
!ifdef UNPACKED
  SetCompress off
!else
  SetCompressor /SOLID lzma
!endif

VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "${NAME}"
VIAddVersionKey ProductVersion "${SHOWN}"
VIAddVersionKey FileDescription "${NAME} Setup"
VIAddVersionKey FileVersion "${SHOWN}"
VIAddVersionKey CompanyName "${PUBLISHER}"
VIAddVersionKey LegalCopyright "MIT licence; notices are installed"

Var upgrade
Var ran
Var code
Var said
Var before
Var own

!define MUI_ICON "${APP}\aws-sso-tray.ico"
!define MUI_UNICON "${APP}\aws-sso-tray.ico"
!define MUI_ABORTWARNING
!define MUI_COMPONENTSPAGE_NODESC
!define MUI_FINISHPAGE_TEXT "Sign in with `aws-sso-tray login`, or from the icon at the right of the taskbar. A terminal opened from now on knows the command."
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; --- what both need -------------------------------------------------------------------------------------------------

!macro Refuse text
  DetailPrint "${text}"
  MessageBox MB_ICONSTOP "${text}" /SD IDOK
  SetErrorLevel 2
  Abort
!macroend

; Ends the tray; $ran is 1 where there was one.
!macro StopTray
  StrCpy $ran 0
  ${If} ${FileExists} "$INSTDIR\app\aws-sso-tray.exe"
    DetailPrint "Asking the tray to end"
    nsExec::ExecToStack '"$INSTDIR\app\aws-sso-tray.exe" stop --json'
    Pop $code
    Pop $said
    StrLen $code '${STOPPED}'
    StrCpy $said $said $code
    ${If} $said == '${STOPPED}'
      StrCpy $ran 1
    ${EndIf}
  ${EndIf}
!macroend

; Puts the folder "app" aside as "app.old". It cannot be renamed while a program in it runs: helpers end by themselves.
!macro PutAside
  ${If} ${FileExists} "$INSTDIR\app\*.*"
    StrCpy $code 0
    ${Do}
      ClearErrors
      Rename "$INSTDIR\app" "$INSTDIR\app.old"
      ${IfNot} ${Errors}
        ${Break}
      ${EndIf}
      Sleep 250
      IntOp $code $code + 1
      ${If} $code >= ${PATIENCE}
        RMDir /r "$INSTDIR\app.new"
        ${If} $ran = 1
          Exec '"$INSTDIR\app\aws-sso-trayw.exe"'
        ${EndIf}
        !insertmacro Refuse "A program of ${NAME} still runs, such as aws-sso-tray in a terminal. End it and try again; nothing was changed."
      ${EndIf}
    ${Loop}
  ${EndIf}
!macroend

; Deletes the folder "app.old"; the tray's process may take a moment more to end than the tray. What stays goes next time.
!macro DeleteOld
  StrCpy $code 0
  ${Do}
    RMDir /r "$INSTDIR\app.old"
    ${IfNot} ${FileExists} "$INSTDIR\app.old\*.*"
    ${OrIf} $code >= ${PATIENCE}
      ${Break}
    ${EndIf}
    Sleep 250
    IntOp $code $code + 1
  ${Loop}
!macroend

; A security descriptor in $own: the person, SYSTEM and administrators, and nothing from the folder above. Every user may
; change what lies below C:\, and so could give this person another program to run.
!macro Own
  System::Call 'advapi32::OpenProcessToken(p -1, i 8, *p .r1)'
  System::Alloc 256
  Pop $2
  System::Call 'advapi32::GetTokenInformation(p r1, i 1, p r2, i 256, *i .r3)'
  System::Call '*$2(p .r3)' ; TOKEN_USER begins with the SID's address
  System::Call 'advapi32::ConvertSidToStringSidW(p r3, *w .r4)'
  System::Call 'kernel32::CloseHandle(p r1)'
  System::Free $2
  StrCpy $5 "D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;$4)"
  System::Call 'advapi32::ConvertStringSecurityDescriptorToSecurityDescriptorW(w r5, i 1, *p .r6, p 0)'
  StrCpy $own $6
!macroend

; Makes a folder of the person's own; $code is 1 where there was none.
!macro OwnFolder folder
  System::Call '*(i 24, i 0, p $own, i 0, i 0) p .r1'
  StrCpy $2 "${folder}"
  System::Call 'kernel32::CreateDirectoryW(w r2, p r1) i .s'
  Pop $code
  System::Free $1
!macroend

!macro AtSetup words
  nsExec::ExecToLog '"$INSTDIR\app\runtime\python.exe" "$INSTDIR\app\runtime\at_setup.py" ${words}'
  Pop $code
!macroend

; --- the setup ------------------------------------------------------------------------------------------------------

Section "${NAME} (required)" program
  SectionIn RO
  ReadRegStr $before HKCU "${UNINSTALL}" "InstallLocation"
  ${If} $before != ""
  ${AndIf} $before != $INSTDIR
  ${AndIf} ${FileExists} "$before\app\aws-sso-tray.exe"
    !insertmacro Refuse "${NAME} is installed in $before. Choose that folder, or uninstall it first."
  ${EndIf}
  ${If} $INSTDIR == "${USUAL}" ; elsewhere anybody may have put a program, which would be asked to stop
    StrCpy $before $INSTDIR
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\app\*.*"
    ${IfNot} ${FileExists} "$INSTDIR\app\aws-sso-tray.exe"
    ${OrIf} $before != $INSTDIR
      !insertmacro Refuse "$INSTDIR holds something else. Choose another folder."
    ${EndIf}
  ${EndIf}
  RMDir /r "$INSTDIR\app.new"
  RMDir /r "$INSTDIR\app.old"
  !insertmacro Own
  ${GetParent} $INSTDIR $0
  CreateDirectory $0
  !insertmacro OwnFolder "$INSTDIR"
  !insertmacro OwnFolder "$INSTDIR\app.new"
  ${If} $code = 0
    !insertmacro Refuse "The folder $INSTDIR\app.new could not be made; nothing was changed."
  ${EndIf}
  ClearErrors
  SetOutPath "$INSTDIR\app.new"
  File /r "${APP}\*"
  SetOutPath "$INSTDIR" ; the current folder cannot be renamed
  ${If} ${Errors}
    RMDir /r "$INSTDIR\app.new"
    !insertmacro Refuse "The files could not be written to $INSTDIR; nothing was changed."
  ${EndIf}

  !insertmacro StopTray
  !insertmacro PutAside
  ClearErrors
  Rename "$INSTDIR\app.new" "$INSTDIR\app"
  ${If} ${Errors}
    Rename "$INSTDIR\app.old" "$INSTDIR\app"
    !insertmacro Refuse "The new program could not take its place; the old one is still there."
  ${EndIf}
  !insertmacro DeleteOld

  !insertmacro AtSetup 'install --shortcut "${ENTRY}"'
  WriteUninstaller "$INSTDIR\uninstall.exe"
  StrCpy $2 "$INSTDIR\uninstall.exe"
  System::Call 'advapi32::SetFileSecurityW(w r2, i 4, p $own)'
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${SHOWN}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\app\aws-sso-tray.ico"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "${PUBLISHER}"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" ${KILOBYTES}
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
SectionEnd

Section "Commands in every terminal (PATH)" path
  !insertmacro AtSetup "install --path"
SectionEnd

Section "Start with Windows" autostart
  !insertmacro AtSetup "install --autostart"
SectionEnd

Section "Start it now" begin
  Exec '"$INSTDIR\app\aws-sso-trayw.exe"'
SectionEnd

Section
  ${If} $ran = 1
  ${AndIfNot} ${SectionIsSelected} ${begin}
    Exec '"$INSTDIR\app\aws-sso-trayw.exe"'
  ${EndIf}
SectionEnd

; Before the first page: the choices of the command line. An upgrade changes nothing that it was not told to.
!macro Choose switch section
  ClearErrors
  ${GetOptions} $R0 "/${switch}=" $0
  ${If} ${Errors}
    ${If} $upgrade = 1
      !insertmacro UnselectSection ${section}
    ${EndIf}
  ${ElseIf} $0 = 0
    !insertmacro UnselectSection ${section}
  ${Else}
    !insertmacro SelectSection ${section}
  ${EndIf}
!macroend

Function .onInit
  ${IfNot} ${RunningX64}
  ${OrIfNot} ${AtLeastWin10}
    !insertmacro Refuse "${NAME} needs Windows 10 or 11, 64 bit."
  ${EndIf}
  System::Call 'kernel32::CreateMutexW(p 0, i 0, w "Local\${ID}-setup") p .r1 ?e'
  Pop $0
  ${If} $0 = 183
    !insertmacro Refuse "Another setup of ${NAME} runs already."
  ${EndIf}
  StrCpy $upgrade 0
  ${If} ${FileExists} "$INSTDIR\app\aws-sso-tray.exe"
    StrCpy $upgrade 1
  ${EndIf}
  ${GetParameters} $R0
  !insertmacro Choose PATH ${path}
  !insertmacro Choose AUTOSTART ${autostart}
  !insertmacro Choose START ${begin}
FunctionEnd

; --- the uninstaller ------------------------------------------------------------------------------------------------

Section "Uninstall"
  SetOutPath "$TEMP" ; the current folder cannot be renamed
  RMDir /r "$INSTDIR\app.old"
  !insertmacro StopTray
  !insertmacro PutAside ; whether that can be done is known before anything is taken back
  Rename "$INSTDIR\app.old" "$INSTDIR\app"
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/SETTINGS=" $0
  ${If} ${Errors}
    StrCpy $0 0
    MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "Remove your settings of ${NAME} too, with what it has learned and the kept versions of your AWS files? Your ~/.aws folder stays as it is in any case." /SD IDNO IDNO +2
    StrCpy $0 1
  ${EndIf}
  ${If} $0 = 1
    !insertmacro AtSetup "uninstall --settings"
  ${Else}
    !insertmacro AtSetup "uninstall"
  ${EndIf}
  !insertmacro PutAside
  !insertmacro DeleteOld
  Delete "${ENTRY}"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR" ; only if nothing else is in it
  DeleteRegKey HKCU "${UNINSTALL}"
SectionEnd
