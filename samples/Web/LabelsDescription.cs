using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

/// <summary>What the OpenAPI description says about /labels, whose body no parameter of its method tells.</summary>
internal static class LabelsDescription
{
    private static readonly (string Status, string When)[] Problems =
    [
        ("400", "An empty or truncated photo."),
        ("408", "The body came too slowly."),
        ("413", "More bytes or more pixels than allowed; the pixels are known from the header."),
        ("415", "Not an image, by its Content-Type or its first bytes."),
        ("422", "A damaged photo, or one that the model cannot take."),
        ("503", "As many photos as may are here; Retry-After says when to come again."),
    ];

    /// <summary>Adds it.</summary>
    public static void Add(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = "SparseRefine", Version = "1", Description = "A class for every pixel of a photo." };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            if (context.Description.RelativePath == "labels")
            {
                Describe(operation);
            }

            return Task.CompletedTask;
        });
    }

    private static void Describe(OpenApiOperation operation)
    {
        operation.Summary = "Labels every pixel of a photo.";
        operation.Description = "The answer is a PNG of the photo's size as it is meant to be seen: a pixel is the index of its class, the palette has the classes' colors.";
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Description = "A photo file.",
            Content = new[] { "image/jpeg", "image/png", "image/webp", "image/bmp", "image/tiff" }.ToDictionary(type => type, _ => Binary()),
        };
        OpenApiResponses responses = new()
        {
            ["200"] = new OpenApiResponse { Description = "The labels.", Content = new Dictionary<string, OpenApiMediaType> { ["image/png"] = Binary() } },
        };
        foreach ((string status, string when) in Problems)
        {
            responses[status] = new OpenApiResponse
            {
                Description = when,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/problem+json"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.Object } },
                },
            };
        }

        operation.Responses = responses;
    }

    private static OpenApiMediaType Binary() => new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } };
}
