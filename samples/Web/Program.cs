// POST a photo, get its label map as an index PNG. Run it as
//   dotnet run --project samples/Web -c Release -- --urls http://127.0.0.1:8080 --Service:Model samples/models/fundus.sparserefine
//   curl --data-binary @samples/photos/06_h.jpg -H "Content-Type: image/jpeg" http://127.0.0.1:8080/labels -o labels.png
// / is a page to try it, /openapi/v1.json describes it, /health tells that the process lives, /ready whether a photo would be taken now, /metrics gives Prometheus's text.
// With --Service:Browser samples/Browser, /browser/ is a page that runs the model in the visitor's browser.
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using SparseRefine;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddOptions<ServiceOptions>().BindConfiguration("Service").ValidateDataAnnotations().ValidateOnStart();
ServiceOptions limits = builder.Configuration.GetSection("Service").Get<ServiceOptions>() ?? new ServiceOptions();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.Limits.MaxRequestBodySize = limits.MaxBytes;
    kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(limits.MinBytesPerSecond, TimeSpan.FromSeconds(5));
});

// Photos in work and those that wait are answered before the process ends; orchestrators kill it after 30 seconds.
builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(limits.ShutdownSeconds));
builder.Services.AddProblemDetails();
builder.Services.AddHealthChecks().AddCheck<ReadinessCheck>("places");
builder.Services.AddOpenApi(LabelsDescription.Add);
builder.Services.AddSingleton<ServiceMetrics>();
builder.Services.AddSingleton<Places>();
builder.Services.AddSingleton<Segmenter>();
builder.Services.AddHostedService<IdleRelease>();

// System.Diagnostics.Metrics instruments as Prometheus's text: the service's own and ASP.NET Core's.
builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
    .AddMeter(ServiceMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "System.Runtime")
    .AddPrometheusExporter());

WebApplication app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages(); // a body for errors that have none
app.MapHealthChecks("/health", new HealthCheckOptions { Predicate = _ => false });
app.MapHealthChecks("/ready", new HealthCheckOptions { ResultStatusCodes = { [HealthStatus.Degraded] = StatusCodes.Status503ServiceUnavailable } });
app.MapPrometheusScrapingEndpoint("/metrics");
app.MapOpenApi();
app.MapGet("/", TryPage.Get).ExcludeFromDescription();
if (limits.Browser != "")
{
    BrowserPage.Map(app, limits.Browser);
}

app.MapPost("/labels", LabelsEndpoint.PostAsync).WithName("labels");
try
{
    _ = app.Services.GetRequiredService<IOptions<ServiceOptions>>().Value; // bad settings are told before the model is looked for
    _ = app.Services.GetRequiredService<Segmenter>(); // loads the model, so that a bad file ends the start and not a request
}
catch (Exception e) when (e is OptionsValidationException or InvalidInputException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}

await app.RunAsync();
return 0;
