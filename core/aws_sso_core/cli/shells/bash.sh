# aws-sso-tray in bash. Add this to ~/.bashrc:
#   eval "$(aws-sso-tray shell-init bash)"

_aws_sso_tray() { @PROGRAM@ "$@"; }
_aws_sso_tray_file=@FILE@

@FOLLOW@

case ";${PROMPT_COMMAND[*]-};" in
  *_aws_sso_tray_follow*) ;;
  *)
    # First, so that $? is still the one of the person's command for what else stands there.
    if [[ $(declare -p PROMPT_COMMAND 2>/dev/null) == 'declare -a'* ]]; then
      PROMPT_COMMAND=(_aws_sso_tray_follow "${PROMPT_COMMAND[@]}")
    else
      PROMPT_COMMAND="_aws_sso_tray_follow${PROMPT_COMMAND:+; $PROMPT_COMMAND}"
    fi ;;
esac

_aws_sso_tray_complete() {
  local answer
  COMPREPLY=()
  while IFS= read -r answer; do
    COMPREPLY+=("$answer")
  done < <(AWS_SSO_TRAY_COMPLETE=${COMP_LINE:0:COMP_POINT} AWS_SSO_TRAY_BREAKS=$COMP_WORDBREAKS \
    _aws_sso_tray complete bash 2>/dev/null)
}
complete -o nosort -F _aws_sso_tray_complete aws-sso-tray awsp 2>/dev/null ||
  complete -F _aws_sso_tray_complete aws-sso-tray awsp
