/* One of our programs on Windows: it loads the Python beside it and runs one line of Python in it.

   runtime\pythonXX._pth lies next to that Python's DLL: no PYTHON* variable, no registry and no current folder says what
   is imported. Compile with -DPYTHON_DLL=L"python313.dll" -DENTRY=L"import ..." and, for a program without a console,
   -DWINDOWLESS. */
#include <windows.h>
#include <shellapi.h>
#include <stdio.h>
#include <stdlib.h>

#define LONGEST 32768 /* characters of a Windows path */

typedef int(__cdecl *py_main_t)(int, wchar_t **);

static int fail(const wchar_t *what)
{
    wchar_t text[LONGEST + 200];
    _snwprintf(text, LONGEST + 199,
               L"aws-sso-tray: Its Python cannot be loaded: %ls, error %lu.\n  Installing aws-sso-tray again helps.\n",
               what, GetLastError());
    text[LONGEST + 199] = 0;
#ifdef WINDOWLESS
    MessageBoxW(NULL, text, L"AWS SSO Tray", MB_ICONERROR);
#else
    fputws(text, stderr);
#endif
    return 1;
}

static int run(int argc, wchar_t **argv)
{
    static wchar_t own[LONGEST], dll[LONGEST];
    DWORD length = GetModuleFileNameW(NULL, own, LONGEST);
    wchar_t *name = wcsrchr(own, L'\\');
    if (!length || length >= LONGEST || !name)
        return fail(L"where this program lies is unknown");
    if (_snwprintf(dll, LONGEST, L"%.*ls\\runtime\\" PYTHON_DLL, (int)(name - own), own) < 0)
        return fail(L"the path is too long");
    /* Its own folder, not the current one, is where it finds the DLLs that it needs itself. */
    HMODULE python = LoadLibraryExW(dll, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
    py_main_t py_main = python ? (py_main_t)(void *)GetProcAddress(python, "Py_Main") : NULL;
    wchar_t **words = calloc((size_t)argc + 4, sizeof *words);
    if (!py_main || !words)
        return fail(dll);
    words[0] = own;
    words[1] = L"-I"; /* the ._pth file comes too late for PYTHONVERBOSE and its like */
    words[2] = L"-c";
    words[3] = ENTRY;
    for (int i = 1; i < argc; i++)
        words[i + 3] = argv[i];
    return py_main(argc + 3, words);
}

#ifdef WINDOWLESS
int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, LPWSTR line, int show)
{
    int argc;
    wchar_t **argv = CommandLineToArgvW(GetCommandLineW(), &argc);
    return argv ? run(argc, argv) : fail(L"there is no command line");
}
#else
int wmain(int argc, wchar_t **argv) { return run(argc, argv); }
#endif
