using System.Diagnostics;
using Xunit;

namespace SparseRefine.Cli.Tests.Help;

/// <summary>The completion of real shells, with the tool on their path.</summary>
public sealed class CompletionTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly TestFolder _folder = new();

    public CompletionTests()
    {
        _folder.Write("bin/sparserefine", $"#!/bin/sh\nexec dotnet exec '{Path.Combine(AppContext.BaseDirectory, "SparseRefine.Cli.dll")}' \"$@\"\n");
        _folder.Write("model.onnx", "");
        _folder.Write("mode.txt", "");
    }

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string[]> Lines => new()
    {
        { "sparserefine ev", ["evaluate"] },
        { "sparserefine score --overl", ["--overlay", "--overlay-background"] },
        { "sparserefine score --bits ", ["16", "8"] },
        { "sparserefine fit --channel-order b", ["bgr"] },
        { "sparserefine fit --dense m.onnx --teacher f", ["full"] },
        { "sparserefine completion z", ["zsh"] },
        { "sparserefine score --dense mod", ["mode.txt", "model.onnx"] },
        { "sparserefine score --images mode.txt --overl", ["--overlay", "--overlay-background"] },
        { "sparserefine score --images mode.txt mod", ["mode.txt", "model.onnx"] },
        { "sparserefine score --quiet --overlay-b", ["--overlay-background"] },
        { "sparserefine fit --channel-order ", ["bgr", "rgb"] },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void Bash_Tab_CompletesCommandsOptionsWordsAndFiles(string line, string[] expected)
    {
        // compgen asks bash's own machinery what TAB would offer; its fallback to files is -o default.
        string script = $$"""
            chmod +x bin/sparserefine
            eval "$(sparserefine completion bash)"
            COMP_LINE='{{line}}'; COMP_POINT=${#COMP_LINE}
            COMP_WORDS=({{line}}); [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _sparserefine
            [ ${#COMPREPLY[@]} -gt 0 ] || { complete -p sparserefine | grep -q -- '-o default' && COMPREPLY=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")); }
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        Assert.Equal(expected, Run("bash", "-c", script).Order(StringComparer.Ordinal));
    }

    [ShellTheory("zsh", "install zsh")]
    [InlineData("sparserefine ev", "sparserefine evaluate")]
    [InlineData("sparserefine score --max-f", "sparserefine score --max-failures")]
    [InlineData("sparserefine fit --channel-order b", "sparserefine fit --channel-order bgr")]
    [InlineData("sparserefine score --dense model.o", "sparserefine score --dense model.onnx")]
    public void Zsh_Tab_CompletesTheLine(string line, string expected)
    {
        // An interactive zsh in a terminal of its own; TAB, then a widget that writes the line to a file.
        string script = $$"""
            chmod +x bin/sparserefine
            zmodload zsh/zpty
            zpty shell zsh -f -i
            zpty -w shell 'PATH=$PATH; autoload -Uz compinit; compinit -u -D; eval "$(sparserefine completion zsh)"; keep() { print -r -- "$BUFFER" > line.tmp; mv line.tmp line.txt; exit }; zle -N keep; bindkey "^G" keep; print re""ady'
            local text; while zpty -r shell text; do [[ $text == *ready* ]] && break; done
            zpty -n -w shell $'{{line}}\t\a'
            while zpty -r shell text; do :; done
            cat line.txt
            """;
        Assert.Equal([expected], Run("zsh", "-f", "-c", script).Select(text => text.TrimEnd()));
    }

    // TabExpansion2 is what PowerShell itself calls when TAB is pressed. A word without a match is left to its names of files, which begin with the folder.
    [ShellTheory("pwsh", "install PowerShell: dotnet tool install -g powershell --version 7.6.9")]
    [InlineData("sparserefine ev", "evaluate")]
    [InlineData("cd .; sparserefine score --overl", "--overlay --overlay-background")]
    [InlineData("sparserefine score --images 'a b.jpg' --overl", "--overlay --overlay-background")]
    [InlineData("sparserefine fit --channel-order ", "bgr rgb")]
    [InlineData("sparserefine fit --channel-order b", "bgr")]
    [InlineData("sparserefine fit --channel-order=b", "--channel-order=bgr")]
    [InlineData("sparserefine completion z", "zsh")]
    [InlineData("sparserefine score --dense model.o", "./model.onnx")]
    public void PowerShell_Tab_CompletesTheLine(string line, string expected)
    {
        string script = $$"""
            sparserefine completion pwsh | Out-String | Invoke-Expression
            $line = "{{line}}"
            (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches.CompletionText -join ' '
            """;
        Run("chmod", "+x", "bin/sparserefine");
        Assert.Equal([expected], Run("pwsh", "-NoProfile", "-NonInteractive", "-Command", script));
    }

    [Theory]
    [InlineData("", "bench calibrate completion demo evaluate export fit info merge plan score status train-dense watch work")]
    [InlineData("score --bits =", "")]
    [InlineData("score --bits = 1", "16")]
    [InlineData("score --bits=", "--bits=16 --bits=8")]
    [InlineData("score --overlay t", "")]
    [InlineData("score --overlay=", "--overlay=false --overlay=true")]
    [InlineData("score --model m.sparserefine --model", "--model-config")]
    [InlineData("completion ", "bash pwsh zsh")]
    [InlineData("nope ", "")]
    [InlineData("merge ", "--config --endpoint --help --journals --out --print-config")]
    public void Suggestions_OfUnfinishedWords_AreThoseThatFit(string words, string expected)
    {
        ToolResult result = Tool.Run(["[complete]", .. words.Split(' ')]);
        result.AssertSuccess();
        Assert.Equal(expected, string.Join(' ', result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));
    }

    [Fact]
    public void Completion_OfAnotherShell_IsRefused()
    {
        Tool.Run("completion", "fsh").AssertBadInput("SHELL: expected bash, zsh or pwsh, got 'fsh'; did you mean zsh?");
        Tool.Run("completion").AssertBadInput("SHELL: expected bash, zsh or pwsh, got none");
    }

    private string[] Run(string shell, params string[] words)
    {
        ProcessStartInfo start = new(shell, words) { WorkingDirectory = _folder.Root, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{_folder["bin"]}:{Environment.GetEnvironmentVariable("PATH")}";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{shell}: expected to end, got none after {Patience}: {output.Result}{error.Result}");
        }

        Assert.True(process.ExitCode == 0, $"exit code {process.ExitCode}: {output.Result}{error.Result}");
        return output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
