using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using SparseRefine;

/// <summary>POST /labels.</summary>
internal static class LabelsEndpoint
{
    /// <summary>Reads a photo, waits for a place, answers with its labels.</summary>
    public static async Task<IResult> PostAsync(
        HttpContext context, Segmenter segmenter, Places places, IOptions<ServiceOptions> options, ServiceMetrics metrics, CancellationToken cancellation)
    {
        IResult Refuse(int status, string detail)
        {
            metrics.Count("refused");
            return TypedResults.Problem(detail, statusCode: status);
        }

        IResult Busy(string what)
        {
            metrics.Count("busy");
            int seconds = places.RetryAfter;
            context.Response.Headers.RetryAfter = $"{seconds}";
            return TypedResults.Problem($"{what}: try again in {seconds} s", statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        HttpRequest request = context.Request;
        if (request.ContentType is not string type || !type.StartsWith("image/", StringComparison.OrdinalIgnoreCase))
        {
            return Refuse(
                StatusCodes.Status415UnsupportedMediaType, $"Content-Type: expected image/jpeg, image/png or another image, got '{request.ContentType}'");
        }

        try
        {
            if (places.HasFullQueue)
            {
                return Busy("as many photos wait as may");
            }

            using PhotoBody body = new(places);
            using (RateLimitLease reader = places.TakeReader())
            {
                int? problem = !reader.IsAcquired ? StatusCodes.Status503ServiceUnavailable
                    : await body.ReadAsync(request.BodyReader, TimeSpan.FromSeconds(options.Value.BodySeconds));
                if (problem is StatusCodes.Status503ServiceUnavailable)
                {
                    return Busy("as many photos are on their way here as may be");
                }

                if (problem is int status)
                {
                    // The rest of the body is of no use, and no other request can follow it.
                    context.Response.Headers.Connection = "close";
                    return Refuse(status, $"body: expected all of it within {options.Value.BodySeconds} s");
                }
            }

            if (body.Bytes.IsEmpty)
            {
                return Refuse(StatusCodes.Status400BadRequest, "body: expected a photo, got an empty file");
            }

            // What cannot be answered takes no place: the header tells it.
            segmenter.Check(body.Bytes);
            byte[]? answer = await places.RunAsync(() => segmenter.Segment(body.Bytes, cancellation), cancellation);
            if (answer is null)
            {
                return Busy("as many photos wait as may");
            }

            metrics.Count("answered");
            return TypedResults.Bytes(answer, "image/png");
        }
        catch (InvalidInputException e)
        {
            return Refuse(Status(e.Fault), e.Message);
        }
        catch (BadHttpRequestException e) when (!context.RequestAborted.IsCancellationRequested)
        {
            return Refuse(e.StatusCode, e.Message);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client has gone, which the server sees as a cancellation or as a body that ends early, whichever comes first: nobody reads this answer.
            metrics.Count("cancelled");
            return TypedResults.StatusCode(StatusCodes.Status499ClientClosedRequest);
        }
    }

    private static int Status(InputFault fault) => fault switch
    {
        InputFault.TooLarge => StatusCodes.Status413PayloadTooLarge,
        InputFault.OtherKind => StatusCodes.Status415UnsupportedMediaType,
        InputFault.Truncated => StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}
