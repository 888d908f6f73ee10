using System.Diagnostics;

namespace SparseRefine.Faults;

/// <summary>A network namespace that a pair of virtual devices joins with this host, and that can be cut off. Needs the right to make one.</summary>
internal sealed class CutNetwork : IDisposable
{
    private readonly string _name = $"srcut{Environment.ProcessId}";

    /// <summary>Makes it.</summary>
    public CutNetwork()
    {
        string near = $"sra{Environment.ProcessId}";
        string far = $"srb{Environment.ProcessId}";
        Run("ip", "netns", "add", _name);
        Run("ip", "link", "add", near, "type", "veth", "peer", "name", far);
        Run("ip", "link", "set", far, "netns", _name);
        Run("ip", "addr", "add", $"{HostAddress}/24", "dev", near);
        Run("ip", "link", "set", near, "up");
        Run("ip", "netns", "exec", _name, "ip", "addr", "add", "10.211.7.2/24", "dev", far);
        Run("ip", "netns", "exec", _name, "ip", "link", "set", far, "up");
        Run("ip", "netns", "exec", _name, "ip", "link", "set", "lo", "up");
        Near = near;
    }

    /// <summary>This host as the namespace sees it.</summary>
    public string HostAddress => "10.211.7.1";

    private string Near { get; }

    /// <summary>Starts the tool within the namespace.</summary>
    public ToolProcess Start(string tool, IEnumerable<string> args) =>
        new("ip", ["netns", "exec", _name, .. (string[])(tool.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", tool] : [tool]), .. args]);

    /// <summary>Cuts it off for a time: packets are lost, no connection is closed.</summary>
    public void Cut(TimeSpan time)
    {
        Run("ip", "link", "set", Near, "down");
        Thread.Sleep(time);
        Run("ip", "link", "set", Near, "up");
    }

    /// <inheritdoc/>
    public void Dispose() => Run("ip", "netns", "del", _name);

    private static void Run(string program, params string[] args)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, args))!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', args)}: expected exit code 0, got {process.ExitCode}");
        }
    }
}
