using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using SparseRefine.Cli.Reports;
using Spectre.Console;

namespace SparseRefine.Cli.Help;

/// <summary><c>--version</c>: what a bug report needs.</summary>
/// <param name="console">Where it goes.</param>
internal sealed class VersionText(IAnsiConsole console) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <summary>The tool's version.</summary>
    public static string Version => typeof(VersionText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        console.WriteLine($"{ToolCommands.Name} {Version}");
        console.WriteLine($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}");
        console.WriteLine(RuntimeLine.Text);
        console.WriteLine($"CPU: {RuntimeInformation.ProcessArchitecture} with {Vectors}, {Environment.ProcessorCount} processors for this process");
        return ExitCodes.Success;
    }

    private static string Vectors => Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : AdvSimd.IsSupported ? "AdvSimd" : "no wide vectors";
}
