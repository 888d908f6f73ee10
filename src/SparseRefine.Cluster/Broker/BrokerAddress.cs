using RabbitMQ.Client;

namespace SparseRefine.Cluster;

/// <summary>
/// Where a RabbitMQ broker is, and who comes to it. User and password come from the address, else from the environment: <c>SPARSEREFINE_BROKER_USER</c>, and
/// <c>SPARSEREFINE_BROKER_PASSWORD</c> or a file that <c>SPARSEREFINE_BROKER_PASSWORD_FILE</c> names, as containers get their secrets; else both are <c>guest</c>. No member tells the password.
/// Immutable.
/// </summary>
public sealed class BrokerAddress
{
    private const string UserVariable = "SPARSEREFINE_BROKER_USER";
    private const string PasswordVariable = "SPARSEREFINE_BROKER_PASSWORD";
    private const string FileVariable = "SPARSEREFINE_BROKER_PASSWORD_FILE";
    private const string Form = "amqp://host, amqps://host:port or amqp://host:port/virtual-host";
    private const int MostPasswordBytes = 4096;

    private readonly string _user;
    private readonly string _password;
    private readonly string _virtualHost;
    private readonly Uri _uri;

    private BrokerAddress(Uri uri, string virtualHost, string user, string password) => (_uri, _virtualHost, _user, _password) = (uri, virtualHost, user, password);

    /// <summary>Reads an address.</summary>
    /// <param name="text">For example <c>amqps://rabbit.example.org:5671/segmentation</c>.</param>
    /// <returns>The address, with user and password.</returns>
    /// <exception cref="InvalidInputException">Another form, or a password file that cannot be read; the message has no part of a password.</exception>
    public static BrokerAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("amqp" or "amqps") || uri.Host.Length == 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0
            || uri.AbsolutePath.Trim('/').Contains('/', StringComparison.Ordinal))
        {
            // The text may hold a password anywhere.
            throw new InvalidInputException("--broker", Form, "another text");
        }

        string[] login = uri.UserInfo.Split(':', 2);
        string user = login[0].Length > 0 ? Uri.UnescapeDataString(login[0]) : Environment.GetEnvironmentVariable(UserVariable) ?? "guest";
        string password = login.Length == 2 ? Uri.UnescapeDataString(login[1]) : Environment.GetEnvironmentVariable(PasswordVariable) ?? FromFile() ?? "guest";
        string path = uri.AbsolutePath.TrimStart('/');
        return new BrokerAddress(uri, path.Length > 0 ? Uri.UnescapeDataString(path) : "/", user, password);
    }

    /// <summary>The address without user and password.</summary>
    /// <returns>The address.</returns>
    public override string ToString() => $"{_uri.Scheme}://{_uri.Authority}{(_virtualHost == "/" ? "" : $"/{_virtualHost}")}";

    /// <summary>Makes what opens connections, which are made anew by themselves when they break.</summary>
    /// <param name="name">What the broker's pages call the connection.</param>
    /// <returns>The factory.</returns>
    internal ConnectionFactory Factory(string name)
    {
        bool isTls = _uri.Scheme == "amqps";
        return new ConnectionFactory
        {
            HostName = _uri.Host,
            Port = _uri.Port > 0 ? _uri.Port : isTls ? 5671 : 5672,
            VirtualHost = _virtualHost,
            UserName = _user,
            Password = _password,
            ClientProvidedName = name,
            AutomaticRecoveryEnabled = true,
            NetworkRecoveryInterval = TimeSpan.FromSeconds(2),

            // Channels with their consumers are opened anew by SliceQueue, whose deliveries belong to a channel.
            TopologyRecoveryEnabled = false,
            RequestedHeartbeat = TimeSpan.FromSeconds(20),
            RequestedConnectionTimeout = TimeSpan.FromSeconds(10),
            Ssl = new SslOption { Enabled = isTls, ServerName = _uri.Host },
        };
    }

    private static string? FromFile()
    {
        if (Environment.GetEnvironmentVariable(FileVariable) is not { Length: > 0 } file)
        {
            return null;
        }

        try
        {
            return new FileInfo(file) is { Exists: true, Length: <= MostPasswordBytes }
                ? File.ReadAllText(file).TrimEnd('\r', '\n')
                : throw new InvalidInputException(FileVariable, $"a file with a password of at most {MostPasswordBytes} bytes ({FileVariable})", file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(FileVariable, $"a file with a password ({FileVariable})", ClusterText.OneLine(e.Message), e);
        }
    }
}
