namespace Microsoft.ML.Runtime;

/// <summary>Where an exception came from.</summary>
public interface IExceptionContext
{
    /// <summary>A name for messages.</summary>
    string ContextDescription { get; }

    /// <summary>Marks an exception before it is thrown.</summary>
    /// <typeparam name="TException">Its type.</typeparam>
    /// <param name="ex">The exception.</param>
    TException Process<TException>(TException ex)
        where TException : Exception;
}
