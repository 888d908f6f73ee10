using System.ComponentModel.DataAnnotations;
using SparseRefine.MLNet;

/// <summary>Settings: appsettings.json, environment variables or the command line (--Service:Model ...).</summary>
internal sealed class ServiceOptions
{
    /// <summary>The fitted pipeline: a .sparserefine file that begins at the decoded photo.</summary>
    [Required]
    public string Model { get; init; } = "";

    /// <summary>The folder of the page that runs the model in the visitor's browser (samples/Browser, its packages installed), served at /browser/; empty: none.</summary>
    public string Browser { get; init; } = "";

    /// <summary>Largest body of a request, bytes.</summary>
    [Range(1, int.MaxValue)]
    public int MaxBytes { get; init; } = 32 << 20;

    /// <summary>Largest photo. A photo of a few kilobytes can have billions of pixels, so its header is read first. Less where the memory that the process may take does not hold it.</summary>
    [Range(1, int.MaxValue)]
    public int MaxPixels { get; init; } = (int)Math.Min(24_000_000, PhotoProbe.AffordablePixels);

    /// <summary>Photos that are segmented at once; each takes the memory of one decoded photo and its scores.</summary>
    [Range(1, 1024)]
    public int Concurrency { get; init; } = 2;

    /// <summary>Photos that may wait beside these; more are told to come back later (503).</summary>
    [Range(0, 65536)]
    public int Queue { get; init; } = 16;

    /// <summary>Bodies that are read at once. A photo takes a place of the model only when all of it is there, so a slow client keeps nobody else waiting.</summary>
    [Range(1, 65536)]
    public int Readers { get; init; } = 64;

    /// <summary>What the bodies of all requests may take together, those of waiting photos among them, bytes; the request that would take more is told to come back later.</summary>
    [Range(1, long.MaxValue)]
    public long BodyMemory { get; init; } = Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8, 64 << 20, 512 << 20);

    /// <summary>The longest that a body may take, seconds.</summary>
    [Range(0.1, 3600)]
    public double BodySeconds { get; init; } = 60;

    /// <summary>The least rate of a body after its first five seconds.</summary>
    [Range(1, 1e9)]
    public double MinBytesPerSecond { get; init; } = 4096;

    /// <summary>Seconds without a photo after which memory goes back to the system.</summary>
    [Range(0.1, 86400)]
    public double IdleSeconds { get; init; } = 5;

    /// <summary>Seconds after which memory goes back to the system although photos come, as long as none waits.</summary>
    [Range(1, 86400)]
    public double ReleaseSeconds { get; init; } = 20;

    /// <summary>Seconds that requests have to end once the process is asked to.</summary>
    [Range(0, 3600)]
    public double ShutdownSeconds { get; init; } = 25;
}
