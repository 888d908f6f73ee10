using Microsoft.Extensions.Diagnostics.HealthChecks;

/// <summary>Whether a photo that came now would be taken: whoever balances load sends it elsewhere while not. That is no fault, so it is logged as a warning only.</summary>
internal sealed class ReadinessCheck(Places places, IHostApplicationLifetime lifetime) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Degraded("stopping")
        : places.IsFull ? HealthCheckResult.Degraded("full")
        : HealthCheckResult.Healthy());
}
