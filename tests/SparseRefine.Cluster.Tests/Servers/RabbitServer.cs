using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SparseRefine.Cluster.Tests;

/// <summary>
/// A node of Debian's rabbitmq-server on loopback, with ports, name, folders and epmd (the daemon that Erlang's nodes find each other by) of its own: nothing of it is shared with another server
/// of this machine, and nothing stays. Killed and started again it has its queues.
/// </summary>
internal sealed class RabbitServer : IDisposable
{
    private const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";
    private const string Control = "/usr/lib/rabbitmq/bin/rabbitmqctl";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("sparserefine-rabbit-").FullName;
    private readonly string? _address;
    private readonly Process? _epmd;
    private readonly int _epmdPort;
    private readonly int _distributionPort;
    private ServerProcess? _server;

    /// <summary>Makes a node; <see cref="Start"/> starts it.</summary>
    /// <param name="epmdPort">The port of another node's epmd, whose cluster this one belongs to; null: of its own.</param>
    /// <param name="address">A further address of this host to listen on; null: loopback alone.</param>
    public RabbitServer(int? epmdPort = null, string? address = null)
    {
        _address = address;
        int[] ports = FreePorts(4);
        (Port, TlsPort, _distributionPort, _epmdPort) = (ports[0], ports[1], ports[2], epmdPort ?? ports[3]);
        if (epmdPort is null)
        {
            _epmd = Process.Start(new ProcessStartInfo("epmd", ["-port", $"{_epmdPort}", "-address", "127.0.0.1"]))!;
        }

        WriteCertificate();
    }

    /// <summary>Why it cannot be started; null where it can.</summary>
    public static string? Missing => File.Exists(Program) ? null : "no rabbitmq-server: apt-get install rabbitmq-server";

    public int Port { get; }

    public int TlsPort { get; }

    public int EpmdPort => _epmdPort;

    public string Node => $"sr{_distributionPort}@localhost";

    public string Address => $"amqp://127.0.0.1:{Port}";

    /// <summary>The address by TLS; its certificate's root is <see cref="RootFile"/>.</summary>
    public string TlsAddress => $"amqps://localhost:{TlsPort}";

    public string RootFile => Path.Combine(_folder, "root.pem");

    /// <summary>What the node wrote about what it did.</summary>
    public string Log => Path.Combine(_folder, "log", $"{Node}.log");

    /// <summary>Starts the node, again where it was killed.</summary>
    /// <param name="peers">The names of all nodes of its cluster; none: it is alone.</param>
    public async Task Start(params string[] peers)
    {
        string cluster = string.Concat(peers.Select((peer, i) => $"cluster_formation.classic_config.nodes.{i + 1} = {peer}\n"));
        File.WriteAllText(Path.Combine(_folder, "rabbitmq.conf"), $"""
            listeners.tcp.1 = 127.0.0.1:{Port}
            {(_address is null ? "" : $"listeners.tcp.2 = {_address}:{Port}\nloopback_users = none")}
            listeners.ssl.1 = 127.0.0.1:{TlsPort}
            ssl_options.cacertfile = {RootFile}
            ssl_options.certfile = {Path.Combine(_folder, "server.pem")}
            ssl_options.keyfile = {Path.Combine(_folder, "key.pem")}
            disk_free_limit.absolute = 10MB
            vm_memory_high_watermark.absolute = 512MB
            {cluster}
            """);
        (_server, _) = await ServerProcess.Start(Within(new ProcessStartInfo(Program)), "completed with [0-9]+ plugins");
        await WaitForPort();
    }

    /// <summary>The name of the node that leads a quorum queue; null while none does. Takes seconds.</summary>
    /// <param name="queue">The queue.</param>
    public string? LeaderOf(string queue)
    {
        ProcessStartInfo ask = new(Control, ["--node", Node, "--quiet", "list_queues", "name", "leader"]) { RedirectStandardOutput = true };
        using Process process = Process.Start(Within(ask))!;
        string[] lines = process.StandardOutput.ReadToEnd().Split('\n');
        process.WaitForExit();
        return lines.Select(line => line.Split('\t')).FirstOrDefault(fields => fields is [string name, { Length: > 0 }] && name == queue)?[1].Trim();
    }

    private ProcessStartInfo Within(ProcessStartInfo start)
    {
        start.WorkingDirectory = _folder;
        foreach ((string name, string value) in ((string, string)[])[
            ("HOME", _folder),
            ("RABBITMQ_NODENAME", Node),
            ("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1"),
            ("RABBITMQ_DIST_PORT", $"{_distributionPort}"),
            ("RABBITMQ_MNESIA_BASE", Path.Combine(_folder, "mnesia")),
            ("RABBITMQ_LOG_BASE", Path.Combine(_folder, "log")),
            ("RABBITMQ_CONFIG_FILE", Path.Combine(_folder, "rabbitmq.conf")),
            ("RABBITMQ_CONF_ENV_FILE", "/dev/null"),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", Path.Combine(_folder, "plugins")),
            ("RABBITMQ_PID_FILE", Path.Combine(_folder, "pid")),
            ("RABBITMQ_ERLANG_COOKIE", "sparserefine"),
            ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none -setcookie sparserefine -kernel inet_dist_use_interface {127,0,0,1}"),
            ("ERL_EPMD_ADDRESS", "127.0.0.1"),
            ("ERL_EPMD_PORT", $"{_epmdPort}")])
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>
    /// Ends the node in order. One of 3.10 saves what it knows of its newest queues with a delay of seconds: killed before, it comes up with such a queue without a leader, for good.
    /// </summary>
    public void Stop()
    {
        using Process kill = Process.Start("kill", ["-TERM", File.ReadAllText(Path.Combine(_folder, "pid")).Trim()])!;
        kill.WaitForExit();
        _server!.WaitForEnd();
        Kill();
    }

    /// <summary>Ends the node as a loss of power does.</summary>
    public void Kill()
    {
        _server?.Dispose();
        _server = null;
    }

    public void Dispose()
    {
        Kill();
        if (_epmd is not null)
        {
            _epmd.Kill();
            _epmd.WaitForExit();
            _epmd.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Ports that nobody listens on.</summary>
    public static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(listeners, listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        Array.ForEach(listeners, listener => listener.Dispose());
        return ports;
    }

    private async Task WaitForPort()
    {
        for (Stopwatch watch = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            try
            {
                using TcpClient client = new();
                await client.ConnectAsync(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException) when (watch.Elapsed < Limit)
            {
            }
        }
    }

    private void WriteCertificate()
    {
        using RSA rootKey = RSA.Create(2048);
        CertificateRequest rootRequest = new("CN=SparseRefine test root", rootKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 root = rootRequest.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 server = request.Create(root, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1), [1]);
        File.WriteAllText(RootFile, root.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "server.pem"), server.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
