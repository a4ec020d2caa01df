package command

// completionScript gives the script for a shell. Each runs devca itself with the
// word that is being typed behind completeFlag and the words before it after
// that, and reads "candidate, tab, remark" lines; without any it completes files.
func completionScript(shell string) string {
	switch shell {
	case "bash":
		return bashCompletion
	case "zsh":
		return zshCompletion
	case "fish":
		return fishCompletion
	}
	return powershellCompletion
}

// bash breaks words at the characters of COMP_WORDBREAKS, so that ::1 and
// --format=pem come in pieces; the line itself is split again at blanks.
const bashCompletion = `# completion of devca for bash
_devca() {
	local line word candidate
	line=${COMP_LINE:0:COMP_POINT}
	local words=()
	read -r -a words <<<"$line"
	word=
	if [[ $line != *[[:space:]] ]]; then
		word=${words[-1]}
		unset 'words[-1]'
	fi
	COMPREPLY=()
	while IFS=$'\t' read -r candidate _; do
		COMPREPLY+=("$candidate")
	done < <("${words[0]:-devca}" "--complete=$word" "${words[@]:1}" 2>/dev/null)
	# What bash took for words before the last break stays on its line.
	local cut=${word%"${COMP_WORDS[COMP_CWORD]}"}
	if [[ $COMP_CWORD -gt 0 && ${COMP_WORDS[COMP_CWORD]} =~ ^[:=]$ ]]; then
		cut=$word
	fi
	COMPREPLY=("${COMPREPLY[@]#"$cut"}")
}
complete -o default -F _devca devca
`

const zshCompletion = `#compdef devca
# completion of devca for zsh
_devca() {
	local -a candidates
	local line
	for line in "${(@f)$("${words[1]}" "--complete=${(Q)words[CURRENT]}" "${(@Q)words[2,CURRENT-1]}" 2>/dev/null)}"; do
		[[ -n $line ]] && candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
	done
	if (( $#candidates )); then
		_describe -t devca devca candidates
	else
		_files
	fi
}
if [[ $funcstack[1] == _devca ]]; then
	_devca "$@"
else
	compdef _devca devca
fi
`

const fishCompletion = `# completion of devca for fish
function __devca_complete
	set -l words (commandline -opc)
	set -l word (commandline -ct)
	set -l program $words[1]
	set -e words[1]
	set -l candidates ($program --complete=$word $words 2>/dev/null)
	if test (count $candidates) -gt 0
		printf '%s\n' $candidates
	else
		__fish_complete_path $word
	end
end
complete -c devca -f -a '(__devca_complete)'
`

const powershellCompletion = `# completion of devca for PowerShell
Register-ArgumentCompleter -Native -CommandName devca -ScriptBlock {
	param($word, $ast, $cursor)
	$words = @($ast.CommandElements |
		Where-Object { $_.Extent.EndOffset -lt $cursor } |
		Select-Object -Skip 1 |
		ForEach-Object { $_.ToString().Trim("'", '"') })
	& $ast.CommandElements[0].ToString() "--complete=$word" @words 2>$null | ForEach-Object {
		$candidate, $remark = $_ -split [char]9, 2
		if (-not $remark) { $remark = $candidate }
		[System.Management.Automation.CompletionResult]::new($candidate, $candidate, 'ParameterValue', $remark)
	}
}
`
