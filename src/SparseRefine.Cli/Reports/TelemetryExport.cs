using System.Reflection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using SparseRefine.Batch;
using SparseRefine.Cluster;

namespace SparseRefine.Cli.Reports;

/// <summary>
/// Sends the traces and meters of jobs to a collector where OpenTelemetry's own variables name one: <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, with <c>_PROTOCOL</c> (grpc, http/protobuf) and
/// <c>_HEADERS</c>, <c>OTEL_SERVICE_NAME</c>, <c>OTEL_TRACES_SAMPLER</c>. A collector that does not answer hinders no work.
/// </summary>
internal sealed class TelemetryExport : IDisposable
{
    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string NameVariable = "OTEL_SERVICE_NAME";

    // A tool that is asked to end has ten seconds for everything.
    private const int LastWords = 1000;

    private readonly TracerProvider _traces;
    private readonly MeterProvider _meters;

    private TelemetryExport()
    {
        Action<ResourceBuilder> name = resource =>
        {
            if (Environment.GetEnvironmentVariable(NameVariable) is null)
            {
                resource.AddService("sparserefine", serviceVersion: typeof(TelemetryExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);
            }
        };
        _traces = Sdk.CreateTracerProviderBuilder().ConfigureResource(name)
            .AddSource(ClusterTelemetry.ActivitySourceName, ScoringTelemetry.ActivitySourceName).AddOtlpExporter().Build();
        _meters = Sdk.CreateMeterProviderBuilder().ConfigureResource(name)
            .AddMeter(ClusterTelemetry.MeterName, ScoringTelemetry.MeterName).AddOtlpExporter().Build();
    }

    /// <summary>Begins to send.</summary>
    /// <returns>What sends the rest and ends when it is disposed; null where no collector is named.</returns>
    /// <exception cref="InvalidInputException">The variable has no address.</exception>
    public static TelemetryExport? Start() => Environment.GetEnvironmentVariable(EndpointVariable) is not { Length: > 0 } endpoint ? null
        : Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? uri) && (uri.Scheme is "http" or "https") ? new TelemetryExport()
        : throw new InvalidInputException(EndpointVariable, "an address as http://collector:4318", "another text");

    /// <inheritdoc/>
    public void Dispose()
    {
        _traces.Shutdown(LastWords);
        _meters.Shutdown(LastWords);
        _traces.Dispose();
        _meters.Dispose();
    }
}
