# aws-sso-tray in fish. Add this to ~/.config/fish/config.fish:
#   aws-sso-tray shell-init fish | source

function _aws_sso_tray
    @PROGRAM@ $argv
end
set -g _aws_sso_tray_file @FILE@

# After each command, and before the prompt: no process is started here.
function _aws_sso_tray_follow --on-event fish_prompt
    if test -n "$AWS_SSO_TRAY_AS" # by `env`, `exec` or `serve`: it has credentials of its own
        set -g AWS_SSO_TRAY_PROFILE "$AWS_SSO_TRAY_AS"
        test -z "$AWS_PROFILE"; or set AWS_SSO_TRAY_PROFILE "$AWS_PROFILE"
        return
    end
    set -l name ''
    set -l ways ''
    if test -r $_aws_sso_tray_file
        read --line name ways <$_aws_sso_tray_file
    end
    set -l ours
    if _aws_sso_tray_is_ours
        set ours yes
        if test -n "$name"; and string match -qr 'environment|shells' -- "$ways"
            if test "$AWS_PROFILE" != "$name"
                set -gx AWS_PROFILE $name
                set -gx AWS_SSO_TRAY_FOLLOWS $name
            end
        else if test -n "$AWS_PROFILE"
            set -eg AWS_PROFILE
            set -eg AWS_SSO_TRAY_FOLLOWS
        end
    end
    set -l now "$AWS_PROFILE"
    test -n "$now"; or set now "$name"
    if set -q ours[1]; and set -q AWS_SSO_TRAY_PROFILE; and test "$now" != "$AWS_SSO_TRAY_PROFILE"
        if test -n "$now"
            _aws_sso_tray_tell "$now is the profile of this shell now."
        else
            _aws_sso_tray_tell "no chosen profile is the profile of this shell now."
        end
    end
    set -g AWS_SSO_TRAY_PROFILE "$now"
end

function _aws_sso_tray_is_ours
    test -z "$AWS_PROFILE"; or test "$AWS_PROFILE" = "$AWS_SSO_TRAY_FOLLOWS"
end

function _aws_sso_tray_tell
    printf 'aws-sso-tray: %s\n' $argv[1] >&2
end

function _aws_sso_tray_show
    if test -z "$AWS_SSO_TRAY_PROFILE"
        _aws_sso_tray_tell 'No profile is chosen: `awsp NAME` sets one in this shell, `aws-sso-tray use NAME` everywhere.'
        return
    end
    printf '%s\n' $AWS_SSO_TRAY_PROFILE
    if test -n "$AWS_SSO_TRAY_AS"
        _aws_sso_tray_tell 'This shell has credentials of its own; `awsp --clear` takes them away.'
    else if _aws_sso_tray_is_ours
        _aws_sso_tray_tell 'This shell follows the chosen profile.'
    else
        _aws_sso_tray_tell 'Set in this shell; `awsp --clear` follows the chosen profile again.'
    end
end

function awsp --description 'Set the AWS profile of this shell'
    set -l name "$argv[1]"
    set -l told
    switch "$name"
        case ''
            _aws_sso_tray_follow
            _aws_sso_tray_show
            return
        case -h --help
            printf '%s\n' 'awsp NAME     set AWS_PROFILE in this shell' 'awsp          show the profile of this shell' \
                'awsp -        go back to the one before' 'awsp --clear  follow the chosen profile again'
            return
        case --clear
            set name ''
        case --
            set name "$argv[2]"
        case -
            if not set -q _aws_sso_tray_before
                _aws_sso_tray_tell 'There was no other profile in this shell before.'
                return 1
            end
            set name $_aws_sso_tray_before
    end
    test -z "$AWS_SSO_TRAY_AS"; or _aws_sso_tray env --clear --shell fish | source
    if test -n "$name"
        set told (_aws_sso_tray shell-profile -- $name); or return
    end
    set -g _aws_sso_tray_before ''
    _aws_sso_tray_is_ours; or set -g _aws_sso_tray_before $AWS_PROFILE
    set -eg AWS_PROFILE
    set -eg AWS_SSO_TRAY_FOLLOWS
    set -eg AWS_SSO_TRAY_PROFILE
    if test -n "$name"
        set -gx AWS_PROFILE $name
        _aws_sso_tray_follow
        if isatty stdout; and test -z "$NO_COLOR"
            printf '\033[32m%s\033[0m\n' $name
        else
            printf '%s\n' $name
        end
        test -z "$told"; or printf '%s\n' $told
    else
        _aws_sso_tray_follow
        _aws_sso_tray_show
    end
end

function _aws_sso_tray_complete
    set -l current (commandline -ct)
    string match -q -- '-*' "$current"; or set current ''
    set -lx AWS_SSO_TRAY_COMPLETE (string join \x1f -- (commandline -opc) "$current")
    _aws_sso_tray complete fish 2>/dev/null
end
for command in aws-sso-tray awsp
    complete -c $command -e
    complete -c $command -f -k -a '(_aws_sso_tray_complete)'
end
