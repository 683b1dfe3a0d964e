import type { shells } from "./candidates.ts";

/**
 * Each script asks the hidden `__complete` command, which prints one candidate per line (a tab and its description after it) and at the end a line
 * ":N", as cobra's programs do: 4 no files, 6 no files and no space after it, 0 files.
 */
export const completionScripts: Readonly<Record<(typeof shells)[number], string>> = {
  bash: `# bash completion for drydock
_drydock() {
  local line="\${COMP_LINE:0:COMP_POINT}" reply directive candidate current broken program
  local -a words
  read -ra words <<<"$line"
  [[ "$line" == *[[:space:]] ]] && words+=("")
  current="\${words[\${#words[@]}-1]}"
  program="\${words[0]/#\\~/$HOME}"
  reply="$("$program" __complete "\${words[@]:1}" 2>/dev/null)" || return
  directive="\${reply##*:}"
  COMPREPLY=()
  # Readline breaks words at "=" and ":": it replaces only what follows the last of them.
  broken=""
  [[ "$current" == *[=:]* ]] && broken="\${current%"\${current##*[=:]}"}"
  while IFS=$'\\t' read -r candidate _; do
    [[ "$candidate" == :* || -z "$candidate" ]] && continue
    COMPREPLY+=("\${candidate#"$broken"}")
  done <<<"$reply"
  (( directive & 2 )) && compopt -o nospace 2>/dev/null
  (( directive == 0 )) && compopt -o default 2>/dev/null
  return 0
}
complete -F _drydock drydock kubectl-drydock
`,
  zsh: `#compdef drydock kubectl-drydock
# zsh completion for drydock
_drydock() {
  local reply directive line
  local -a lines candidates
  reply="$("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)" || return 1
  lines=("\${(@f)reply}")
  directive="\${lines[-1]#:}"
  for line in "\${(@)lines[1,-2]}"; do
    candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( directive == 0 )); then
    _files
  elif (( directive & 2 )); then
    _describe -o drydock candidates -S ''
  else
    _describe -o drydock candidates
  fi
}
if [[ "\${funcstack[1]}" = "_drydock" ]]; then
  _drydock "$@"
else
  compdef _drydock drydock kubectl-drydock
fi
`,
  fish: `# fish completion for drydock
function __drydock_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines (command $words[1] __complete $words[2..-1] "$current" 2>/dev/null)
    or return
    if test "$lines[-1]" = ":0"
        __fish_complete_path "$current"
    else
        printf '%s\\n' $lines[1..-2]
    end
end
complete -c drydock -f -a '(__drydock_complete)'
complete -c kubectl-drydock -f -a '(__drydock_complete)'
`,
  powershell: `# PowerShell completion for drydock
Register-ArgumentCompleter -Native -CommandName 'drydock', 'kubectl-drydock' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition -or "$_" -ne $wordToComplete } | ForEach-Object { "$_" })
    $rest = @($words | Select-Object -Skip 1) + $wordToComplete
    & $words[0] __complete @rest 2>$null | Where-Object { $_ -and $_ -notmatch '^:' } | ForEach-Object {
        $text, $about = $_ -split "\`t", 2
        if (-not $about) { $about = $text }
        [System.Management.Automation.CompletionResult]::new($text, $text, 'ParameterValue', $about)
    }
}
`,
};
