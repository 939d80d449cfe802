import { publicCommands } from "@/suite/cli/public-commands";

export const bashCompletion = `# Completion of zsha for bash
_zsha() {
  local word=\${COMP_WORDS[COMP_CWORD]}
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${publicCommands.join(" ")} -h -v" -- "$word"))
    return
  fi
  case \${COMP_WORDS[1]} in
    config-sample) COMPREPLY=($(compgen -W "CephConf FileConf" -- "$word")) ;;
    check-config | import-config | install) COMPREPLY=($(compgen -f -- "$word")) ;;
    migrate) COMPREPLY=($(compgen -W "$(sed -n '/^# BEGIN zsha/,/^# END zsha/p' /etc/hosts | grep -v '^#')" -- "$word")) ;;
    profile) COMPREPLY=($(compgen -W "default fast --tune-ceph" -- "$word")) ;;
    uninstall) COMPREPLY=($(compgen -W "--yes-i-really-really-mean-it" -- "$word")) ;;
  esac
}
complete -o filenames -F _zsha zsha
`;
