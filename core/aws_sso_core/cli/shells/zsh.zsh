# aws-sso-tray in zsh. Add this to ~/.zshrc:
#   eval "$(aws-sso-tray shell-init zsh)"

_aws_sso_tray() { @PROGRAM@ "$@" }
_aws_sso_tray_file=@FILE@

@FOLLOW@

_aws_sso_tray_complete() {
  emulate -L zsh
  local value help separator=$'\x1f'
  local -a values displays before
  before=("${(@Q)words[1,CURRENT-1]}")
  while IFS=$'\t' read -r value help; do
    values+=("$value")
    displays+=("$value${help:+  -- $help}")
  done < <(AWS_SSO_TRAY_COMPLETE="${(pj:$separator:)before}$separator${(Q)PREFIX}" _aws_sso_tray complete zsh 2>/dev/null)
  if [[ "${(j::)displays}" == "${(j::)values}" ]]; then
    compadd -V profiles -a values
  else
    compadd -l -d displays -V commands -a values
  fi
}

# compinit may come after us in ~/.zshrc, so the completion is registered with the first prompt.
_aws_sso_tray_precmd() {
  _aws_sso_tray_follow
  if (( $+functions[compdef] )) && [[ -z ${_aws_sso_tray_completes-} ]]; then
    _aws_sso_tray_completes=1
    compdef _aws_sso_tray_complete aws-sso-tray awsp
  fi
}
autoload -Uz add-zsh-hook
add-zsh-hook precmd _aws_sso_tray_precmd
