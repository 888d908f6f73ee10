using System.Diagnostics;

namespace SparseRefine.Faults;

/// <summary>A network namespace that two pairs of virtual devices join with this host, one for the broker and one for the store, each of which can be cut off. Needs the right to make one.</summary>
internal sealed class CutNetwork : IDisposable
{
    private readonly string _name = $"srcut{Environment.ProcessId}";

    /// <summary>Makes it.</summary>
    public CutNetwork()
    {
        Run("ip", "netns", "add", _name);
        Run("ip", "netns", "exec", _name, "ip", "link", "set", "lo", "up");
        Join("b", "10.211.7");
        Join("s", "10.211.8");
    }

    /// <summary>This host as the namespace sees it: the broker's address.</summary>
    public string BrokerAddress => "10.211.7.1";

    /// <summary>This host as the namespace sees it: the store's address.</summary>
    public string StoreAddress => "10.211.8.1";

    /// <summary>Starts the tool within the namespace.</summary>
    public ToolProcess Start(string tool, IEnumerable<string> args) =>
        new("ip", ["netns", "exec", _name, .. (string[])(tool.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", tool] : [tool]), .. args]);

    /// <summary>Cuts one way off for a time: packets are lost, no connection is closed.</summary>
    public void Cut(bool isStore, TimeSpan time)
    {
        string near = Near(isStore ? "s" : "b");
        Run("ip", "link", "set", near, "down");
        Thread.Sleep(time);
        Run("ip", "link", "set", near, "up");
    }

    /// <inheritdoc/>
    public void Dispose() => Run("ip", "netns", "del", _name);

    private static string Near(string way) => $"sr{way}n{Environment.ProcessId}";

    private void Join(string way, string net)
    {
        string near = Near(way);
        string far = $"sr{way}f{Environment.ProcessId}";
        Run("ip", "link", "add", near, "type", "veth", "peer", "name", far);
        Run("ip", "link", "set", far, "netns", _name);
        Run("ip", "addr", "add", $"{net}.1/24", "dev", near);
        Run("ip", "link", "set", near, "up");
        Run("ip", "netns", "exec", _name, "ip", "addr", "add", $"{net}.2/24", "dev", far);
        Run("ip", "netns", "exec", _name, "ip", "link", "set", far, "up");
    }

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
