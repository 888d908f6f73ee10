using System.Net.Sockets;
using System.Security.Authentication;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace SparseRefine.Cluster;

/// <summary>Says in one line what is wrong with a broker. Neither the client's messages nor these name a password.</summary>
internal static class BrokerTrouble
{
    // Reply codes of AMQP 0-9-1.
    private const ushort AccessRefused = 403;
    private const ushort NotFound = 404;
    private const ushort PreconditionFailed = 406;
    private const ushort NotAllowed = 530;

    /// <summary>Whether an exception is about the broker or the way to it. A cancellation that nobody asked for is the client's: the broker did not answer in time.</summary>
    public static bool Is(Exception e, CancellationToken cancellation = default) => (e is OperationCanceledException && !cancellation.IsCancellationRequested) || e is RabbitMQClientException or TimeoutException or IOException or SocketException or ObjectDisposedException;

    /// <summary>Whether waiting helps: the connection is being made anew, or the queue's node is away.</summary>
    public static bool IsPassing(Exception e) => CodeOf(e) is not (AccessRefused or NotFound or PreconditionFailed or NotAllowed);

    /// <summary>Whether an exception of <see cref="Of"/> says that a queue is missing.</summary>
    public static bool IsMissing(InvalidInputException e) => e.InnerException is not null && CodeOf(e.InnerException) == NotFound;

    /// <summary>A broker that could not be reached.</summary>
    public static InvalidInputException Unreachable(BrokerAddress broker, Exception e)
    {
        Exception cause = Innermost(e);
        return cause is AuthenticationFailureException || e.InnerException is AuthenticationFailureException or PossibleAuthenticationFailureException
            ? new InvalidInputException($"{broker}", "a user and a password that the broker takes (SPARSEREFINE_BROKER_USER, SPARSEREFINE_BROKER_PASSWORD)", "ones that it refuses", e)
            : cause is AuthenticationException
            ? new InvalidInputException($"{broker}", "TLS with a certificate of its name that this host trusts (SSL_CERT_FILE names further roots)", ClusterText.OneLine(cause.Message), e)
            : CodeOf(cause) is AccessRefused or NotAllowed or NotFound
            ? new InvalidInputException($"{broker}", "a virtual host that the user may use", "none", e)
            : new InvalidInputException($"{broker}", "a RabbitMQ broker", ClusterText.OneLine(cause.Message), e);
    }

    /// <summary>What a broker refused.</summary>
    public static InvalidInputException Of(BrokerAddress broker, string queue, Exception e) => e is InvalidInputException told ? told : CodeOf(e) switch
    {
        NotFound => new InvalidInputException($"{broker}, queue {queue}", "a queue that plan made", "none", e),
        PreconditionFailed => new InvalidInputException($"{broker}, queue {queue}", "a queue with the arguments that plan gives it (or none of that name: plan --queue)", "one with others", e),
        AccessRefused => new InvalidInputException($"{broker}, queue {queue}", "the rights to configure, write and read it", "no right", e),
        _ when e is PublishReturnException => new InvalidInputException($"{broker}, queue {queue}", "a queue that plan made", "none", e),
        _ when e is PublishException => new InvalidInputException($"{broker}, queue {queue}", "room for a message", "the broker refused it", e),
        _ => new InvalidInputException($"{broker}", "a broker that answers", ClusterText.OneLine(Innermost(e).Message), e),
    };

    private static ushort CodeOf(Exception e) => e is OperationInterruptedException { ShutdownReason: ShutdownEventArgs reason } ? reason.ReplyCode : (ushort)0;

    // Of several hosts' failures the first tells enough.
    private static Exception Innermost(Exception e) => e switch
    {
        AggregateException { InnerExceptions: [Exception first, ..] } => Innermost(first),
        { InnerException: Exception inner } => Innermost(inner),
        _ => e,
    };
}
