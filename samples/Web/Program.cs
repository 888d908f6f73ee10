// POST a photo, get its label map as an index PNG. Run it as
//   dotnet run --project samples/Web -c Release -- --urls http://127.0.0.1:8080 --Service:Model samples/models/fundus.sparserefine
//   curl --data-binary @samples/photos/06_h.jpg -H "Content-Type: image/jpeg" http://127.0.0.1:8080/labels -o labels.png
// GET /health tells whether the model is loaded, GET /metrics gives Prometheus's text.
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using SparseRefine;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddOptions<ServiceOptions>().BindConfiguration("Service").ValidateDataAnnotations().ValidateOnStart();
ServiceOptions limits = builder.Configuration.GetSection("Service").Get<ServiceOptions>() ?? new ServiceOptions();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = limits.MaxBytes);
builder.Services.AddProblemDetails();
builder.Services.AddHealthChecks();
builder.Services.AddSingleton<ServiceMetrics>();
builder.Services.AddSingleton<Segmenter>();

// A request that waits for its turn leaves the queue when its client goes.
builder.Services.AddRateLimiter(limiter =>
{
    limiter.RejectionStatusCode = StatusCodes.Status503ServiceUnavailable;
    limiter.AddConcurrencyLimiter("photos", queue =>
    {
        queue.PermitLimit = limits.Concurrency;
        queue.QueueLimit = limits.Queue;
        queue.QueueProcessingOrder = QueueProcessingOrder.OldestFirst;
    });
});

// System.Diagnostics.Metrics instruments as Prometheus's text: the service's own and ASP.NET Core's.
builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
    .AddMeter(ServiceMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.RateLimiting")
    .AddPrometheusExporter());

WebApplication app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages(); // a body for errors that have none
app.UseRateLimiter();
app.MapHealthChecks("/health", new HealthCheckOptions());
app.MapPrometheusScrapingEndpoint("/metrics");
app.MapPost("/labels", LabelsAsync).RequireRateLimiting("photos");
_ = app.Services.GetRequiredService<IOptions<ServiceOptions>>().Value; // bad settings are told before the model is looked for
_ = app.Services.GetRequiredService<Segmenter>(); // loads the model, so that a bad file ends the start and not a request
await app.RunAsync();

static async Task<IResult> LabelsAsync(HttpRequest request, Segmenter segmenter, ServiceMetrics metrics, CancellationToken cancellation)
{
    IResult Refuse(int status, string detail)
    {
        metrics.Count("refused");
        return TypedResults.Problem(detail, statusCode: status);
    }

    if (request.ContentType is not string type || !type.StartsWith("image/", StringComparison.OrdinalIgnoreCase))
    {
        return Refuse(
            StatusCodes.Status415UnsupportedMediaType, $"Content-Type: expected image/jpeg, image/png or another image, got '{request.ContentType}'");
    }

    try
    {
        using MemoryStream body = new();
        await request.Body.CopyToAsync(body, cancellation);
        byte[] answer = await Task.Run(() => segmenter.Segment(body.ToArray(), cancellation), cancellation);
        metrics.Count("answered");
        return TypedResults.Bytes(answer, "image/png");
    }
    catch (BadHttpRequestException e) when (e.StatusCode != StatusCodes.Status400BadRequest)
    {
        return Refuse(e.StatusCode, e.Message);
    }
    catch (PhotoTooLargeException e)
    {
        return Refuse(StatusCodes.Status413PayloadTooLarge, e.Message);
    }
    catch (InvalidInputException e)
    {
        return Refuse(StatusCodes.Status400BadRequest, e.Message);
    }
    catch (Exception e) when (e is OperationCanceledException or IOException)
    {
        // The client has gone, which the server sees as a cancellation or as a body that ends early, whichever comes first: nobody reads this answer.
        metrics.Count("cancelled");
        return TypedResults.StatusCode(StatusCodes.Status499ClientClosedRequest);
    }
}
