using System.ComponentModel.DataAnnotations;

/// <summary>Settings: appsettings.json, environment variables or the command line (--Service:Model ...).</summary>
internal sealed class ServiceOptions
{
    /// <summary>The fitted pipeline: a .sparserefine file that begins at the decoded photo.</summary>
    [Required]
    public string Model { get; init; } = "";

    /// <summary>Largest body of a request, bytes.</summary>
    [Range(1, int.MaxValue)]
    public int MaxBytes { get; init; } = 32 << 20;

    /// <summary>Largest photo. A photo of a few kilobytes can have billions of pixels, so its header is read first.</summary>
    [Range(1, int.MaxValue)]
    public int MaxPixels { get; init; } = 24_000_000;

    /// <summary>Photos that are segmented at once; each takes the memory of one decoded photo and its scores.</summary>
    [Range(1, 1024)]
    public int Concurrency { get; init; } = 2;

    /// <summary>Requests that may wait beside these; more are told to come back later (503).</summary>
    [Range(0, 65536)]
    public int Queue { get; init; } = 16;
}
