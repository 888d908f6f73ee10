using System.Collections.Concurrent;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Where everything starts: data, transforms, models, messages. Members may be used from several threads.</summary>
public sealed class MLContext : IHostEnvironment
{
    private readonly ConcurrentDictionary<string, object> options = new();
    private readonly Random seeds;

    /// <summary>A context.</summary>
    /// <param name="seed">Makes what is random repeat itself; null does not.</param>
    public MLContext(int? seed = null)
    {
        seeds = seed is { } value ? new Random(value) : new Random();
        Data = new DataOperationsCatalog(this);
        Transforms = new TransformsCatalog(this);
        Model = new ModelOperationsCatalog(this);
    }

    /// <summary>Raised for every message of a channel and every report of a progress channel.</summary>
    public event EventHandler<LoggingEventArgs> Log;

    /// <summary>Data views.</summary>
    public DataOperationsCatalog Data { get; }

    /// <summary>Transforms.</summary>
    public TransformsCatalog Transforms { get; }

    /// <summary>Saving, loading and using models.</summary>
    public ModelOperationsCatalog Model { get; }

    /// <summary>What saved models may name.</summary>
    public ComponentCatalog ComponentCatalog { get; } = new();

    /// <summary>The GPU that components use by default; null for the CPU.</summary>
    public int? GpuDeviceId { get; set; }

    /// <summary>Whether components run on the CPU when the GPU fails.</summary>
    public bool FallbackToCpu { get; set; }

    /// <summary>Where temporary files go.</summary>
    public string TempFilePath { get; set; } = Path.GetTempPath();

    string IExceptionContext.ContextDescription => "HostEnvironment";

    /// <summary>Sets an option.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    public void SetOption<T>(string name, T value) => options[name] = value;

    /// <summary>Sets an option that is not there yet.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    public bool TryAddOption<T>(string name, T value) => options.TryAdd(name, value);

    /// <summary>Looks for an option.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    public bool TryGetOption<T>(string name, out T value)
    {
        var found = options.TryGetValue(name, out var boxed);
        value = found ? (T)boxed : default;
        return found;
    }

    /// <summary>An option's value, or the type's default.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="name">Its name.</param>
    public T GetOptionOrDefault<T>(string name) => TryGetOption<T>(name, out var value) ? value : default;

    /// <summary>Removes an option; false when it is not there.</summary>
    /// <param name="name">Its name.</param>
    public bool RemoveOption(string name) => options.TryRemove(name, out _);

    IHost IHostEnvironment.Register(string name, int? seed, bool? verbose) => new ContextHost(this, name, seed ?? NextSeed());

    IChannel IChannelProvider.Start(string name) => new Channel(this, name);

    IPipe<TMessage> IChannelProvider.StartPipe<TMessage>(string name) => new Pipe<TMessage>(name);

    IProgressChannel IProgressChannelProvider.StartProgressChannel(string name) => new ProgressChannel(this, name);

    TException IExceptionContext.Process<TException>(TException ex) => ex;

    internal int NextSeed()
    {
        lock (seeds)
        {
            return seeds.Next();
        }
    }

    internal void Raise(ChannelMessageKind kind, string source, string message)
        => Log?.Invoke(this, new LoggingEventArgs(message, kind, source));
}
