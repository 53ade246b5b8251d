# What bash and zsh have in common; see `aws-sso-tray shell-init --help`.

# After each command, and before the prompt: no process is started here.
_aws_sso_tray_follow() {
  local code=$?
  [[ -z ${ZSH_VERSION-} ]] || emulate -L zsh
  if [[ -n ${AWS_SSO_TRAY_AS-} ]]; then  # by `env`, `exec` or `serve`: it has credentials of its own
    AWS_SSO_TRAY_PROFILE=${AWS_PROFILE:-$AWS_SSO_TRAY_AS}
    return $code
  fi
  local name='' ways='' now
  if [[ -r $_aws_sso_tray_file ]]; then
    { IFS= read -r name; IFS= read -r ways; } 2>/dev/null <"$_aws_sso_tray_file"
  fi
  local ours=''
  if [[ -z ${AWS_PROFILE-} || ${AWS_PROFILE-} == "${AWS_SSO_TRAY_FOLLOWS-}" ]]; then
    ours=1
    if [[ -n $name && ( $ways == *environment* || $ways == *shells* ) ]]; then
      [[ ${AWS_PROFILE-} == "$name" ]] || export AWS_PROFILE="$name" AWS_SSO_TRAY_FOLLOWS="$name"
    elif [[ -n ${AWS_PROFILE-} ]]; then
      unset AWS_PROFILE AWS_SSO_TRAY_FOLLOWS
    fi
  fi
  now=${AWS_PROFILE:-$name}
  if [[ -n $ours && -n ${AWS_SSO_TRAY_PROFILE+known} && $now != "$AWS_SSO_TRAY_PROFILE" ]]; then
    _aws_sso_tray_tell "${now:-no chosen profile} is the profile of this shell now." >&2
  fi
  AWS_SSO_TRAY_PROFILE=$now
  return $code
}

_aws_sso_tray_tell() { printf 'aws-sso-tray: %s\n' "$1"; }

_aws_sso_tray_show() {
  if [[ -z ${AWS_SSO_TRAY_PROFILE-} ]]; then
    _aws_sso_tray_tell 'No profile is chosen: `awsp NAME` sets one in this shell, `aws-sso-tray use NAME` everywhere.' >&2
  else
    printf '%s\n' "$AWS_SSO_TRAY_PROFILE"
    if [[ -n ${AWS_SSO_TRAY_AS-} ]]; then
      _aws_sso_tray_tell 'This shell has credentials of its own; `awsp --clear` takes them away.' >&2
    elif [[ -z ${AWS_PROFILE-} || ${AWS_PROFILE-} == "${AWS_SSO_TRAY_FOLLOWS-}" ]]; then
      _aws_sso_tray_tell 'This shell follows the chosen profile.' >&2
    else
      _aws_sso_tray_tell 'Set in this shell; `awsp --clear` follows the chosen profile again.' >&2
    fi
  fi
}

# awsp NAME sets a profile in this shell, awsp shows it, awsp - goes back to the one before, awsp --clear follows again.
awsp() {
  [[ -z ${ZSH_VERSION-} ]] || emulate -L zsh
  local name=${1-} before='' told
  case $name in
    '') _aws_sso_tray_follow; _aws_sso_tray_show; return ;;
    -h | --help)
      printf '%s\n' 'awsp NAME     set AWS_PROFILE in this shell' 'awsp          show the profile of this shell' \
        'awsp -        go back to the one before' 'awsp --clear  follow the chosen profile again'
      return ;;
    --clear) name='' ;;
    --) name=${2-} ;;
    -)
      if [[ -z ${_aws_sso_tray_before+known} ]]; then
        _aws_sso_tray_tell 'There was no other profile in this shell before.' >&2
        return 1
      fi
      name=$_aws_sso_tray_before ;;
  esac
  [[ -z ${AWS_SSO_TRAY_AS-} ]] || eval "$(_aws_sso_tray env --clear --shell bash)"
  if [[ -n $name ]]; then
    told=$(_aws_sso_tray shell-profile -- "$name") || return
  fi
  [[ -z ${AWS_PROFILE-} || ${AWS_PROFILE-} == "${AWS_SSO_TRAY_FOLLOWS-}" ]] || before=$AWS_PROFILE
  _aws_sso_tray_before=$before
  unset AWS_PROFILE AWS_SSO_TRAY_FOLLOWS AWS_SSO_TRAY_PROFILE
  if [[ -n $name ]]; then
    export AWS_PROFILE="$name"
    _aws_sso_tray_follow
    if [[ -t 1 && -z ${NO_COLOR-} ]]; then printf '\033[32m%s\033[0m\n' "$name"; else printf '%s\n' "$name"; fi
    [[ -z $told ]] || printf '%s\n' "$told"
  else
    _aws_sso_tray_follow
    _aws_sso_tray_show
  fi
}
