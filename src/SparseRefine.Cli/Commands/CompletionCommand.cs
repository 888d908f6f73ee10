using System.CommandLine;
using SparseRefine.Cli.Help;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary><c>completion</c>: a script by which a shell completes commands, options and their words. It asks the tool itself, so that it never ages.</summary>
internal static class CompletionCommand
{
    // Where the tool knows nothing, names of files serve.
    private const string Bash = $$"""
        _{{ToolCommands.Name}}() {
            local word=${COMP_WORDS[COMP_CWORD]}
            [ "$word" != = ] || word=
            local IFS=$'\n'
            COMPREPLY=($("${COMP_WORDS[0]}" '{{Suggestions.Directive}}' "${COMP_WORDS[@]:1:COMP_CWORD-1}" "$word" 2>/dev/null))
        }
        complete -o default -F _{{ToolCommands.Name}} {{ToolCommands.Name}}
        """;

    private const string Zsh = $$"""
        #compdef {{ToolCommands.Name}}
        _{{ToolCommands.Name}}() {
            local -a found
            found=("${(@f)$("${words[1]}" '{{Suggestions.Directive}}' "${(@)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)}")
            found=(${found:#})
            if (( ${#found} )); then compadd -a found; else _files; fi
        }
        if [ "$funcstack[1]" = "_{{ToolCommands.Name}}" ]; then _{{ToolCommands.Name}} "$@"; else compdef _{{ToolCommands.Name}} {{ToolCommands.Name}}; fi
        """;

    private const string PowerShell = $$"""
        Register-ArgumentCompleter -Native -CommandName {{ToolCommands.Name}} -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $before = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { "$_" })
            {{ToolCommands.Name}} '{{Suggestions.Directive}}' @before $wordToComplete 2>$null | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }
        """;

    /// <summary>Describes the command.</summary>
    /// <param name="console">Where it prints.</param>
    /// <returns>The command.</returns>
    public static Command Create(IAnsiConsole console)
    {
        string[] shells = ["bash", "zsh", "pwsh"];
        Argument<string> shell = new("SHELL") { Description = "bash, zsh or pwsh." };
        shell.CompletionSources.Add(shells);
        shell.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: string word }] && !shells.Contains(word))
            {
                result.AddError($"SHELL: expected bash, zsh or pwsh, got '{word}'{Spelling.Hint(word, shells)}");
            }
        });
        Command command = new("completion", "Prints a script that completes commands, options and their words in a shell.") { shell };
        command.SetAction(parsed =>
        {
            console.Profile.Out.Writer.WriteLine(parsed.GetRequiredValue(shell) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                _ => PowerShell,
            });
            return ExitCodes.Success;
        });
        return command;
    }
}
