using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Sites;

namespace SparseRefine.Selectors;

/// <summary>A selector of this library: it selects by scans, whose buffers can be kept.</summary>
internal interface IScanSelector : IPixelSelector
{
    /// <summary>How logits are brought to the photo's size.</summary>
    Interpolation Mode { get; }

    /// <summary>Selects and labels; the scan has begun.</summary>
    /// <param name="scan">Takes the result.</param>
    /// <param name="workers">Threads.</param>
    void Scan(LogitScan scan, Workers workers);

    /// <summary>The public form: pixels and labels in arrays of their own.</summary>
    /// <param name="selector">The selector.</param>
    /// <param name="idle">The selector's field in which it keeps a scan between photos; a thread that finds null there makes its own scan.</param>
    /// <param name="logits">The map.</param>
    /// <param name="height">Rows of the photo.</param>
    /// <param name="width">Columns of the photo.</param>
    /// <param name="workers">Threads.</param>
    static PixelSelection Select(
        IScanSelector selector, ref LogitScan? idle, LogitMap logits, int height, int width, Workers workers)
    {
        byte[] labels = GC.AllocateUninitializedArray<byte>(LogitScan.PixelCount(height, width));
        LogitScan scan = Interlocked.Exchange(ref idle, null) ?? new LogitScan();
        scan.Begin(logits, height, width, selector.Mode, labels, workers);
        selector.Scan(scan, workers);
        var sites = SiteSet.OverBuffer(scan.Indices.AsSpan(0, scan.Count).ToArray(), scan.Count, height, width);
        scan.End();
        Volatile.Write(ref idle, scan);
        return new PixelSelection(sites, new LabelMap(labels, height, width));
    }
}
