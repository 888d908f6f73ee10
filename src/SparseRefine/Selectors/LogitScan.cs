using System.Numerics;
using SparseRefine.Images;
using SparseRefine.Kernels;

namespace SparseRefine.Selectors;

/// <summary>
/// The one pass over a photo's interpolated logits that all selectors share, with buffers that are kept for the next photo. The result
/// stands in <see cref="Indices"/>. One photo at a time.
/// </summary>
internal sealed partial class LogitScan
{
    // Rows that a thread takes at a time: few rows of the map are then interpolated by two blocks, and a photo still gives many blocks.
    private const int BlockRows = 32;

    private readonly SimdPath _path;
    private readonly LogitLeaders _leaders;
    private readonly PixelPass<EntropyScore> _entropyPass;
    private readonly PixelPass<NegativeMarginScore> _marginPass;
    private readonly ListPass _listPass;
    private LogitGrid? _grid;
    private LogitSampler? _sampler;
    private byte[] _labels = [];
    private ulong[] _bits = [];
    private int[] _rowStarts = [];
    private float[] _scores = [];
    private float[] _candidates = [];
    private int[] _indices = [];

    public LogitScan(SimdPath? path = null)
    {
        _path = path ?? Simd.Default;
        _leaders = new LogitLeaders(_path);
        _entropyPass = new PixelPass<EntropyScore>(this);
        _marginPass = new PixelPass<NegativeMarginScore>(this);
        _listPass = new ListPass(this);
    }

    /// <summary>The map at the photo's size.</summary>
    public LogitSampler Sampler => _sampler!;

    /// <summary>Pixels of the photo.</summary>
    public int Pixels { get; private set; }

    /// <summary>Ascending linear indices of the selected pixels; <see cref="Count"/> of them, the array may be longer.</summary>
    public int[] Indices => _indices;

    /// <summary>Number of selected pixels.</summary>
    public int Count { get; private set; }

    private int Tiles => ClassRows.Pad(_sampler!.Width) / ClassRows.Lanes;

    /// <summary>Words of 64 bits for a row of pixels, one bit each.</summary>
    private int Words => (Tiles + 3) / 4;

    /// <summary>Begins a photo: checks the map and finds the leading class of each of its samples.</summary>
    /// <param name="logits">The map.</param>
    /// <param name="height">Rows of the photo, at least 1.</param>
    /// <param name="width">Columns of the photo, at least 1.</param>
    /// <param name="mode">Nearest or bilinear.</param>
    /// <param name="labels">[height, width], the caller's; the scan that follows fills it with the argmax.</param>
    /// <param name="workers">Threads.</param>
    /// <exception cref="ArgumentException">A size below 1, or too many pixels.</exception>
    /// <exception cref="InvalidInputException">A logit that is NaN, infinite or above 1e30 in magnitude.</exception>
    public void Begin(LogitMap logits, int height, int width, Interpolation mode, byte[] labels, Workers workers)
    {
        Pixels = PixelCount(height, width);
        if (_grid is null || !_grid.Fits(logits, height, width, mode))
        {
            _grid = LogitSampler.CreateGrid(logits, height, width, mode);
        }

        _sampler = new LogitSampler(logits, _grid);
        _labels = labels;
        Count = 0;
        _leaders.Find(logits, workers);
    }

    /// <summary>Forgets the photo and the labels; the buffers stay.</summary>
    public void End()
    {
        _sampler = null;
        _labels = [];
    }

    /// <summary>Pixels of a photo.</summary>
    /// <exception cref="ArgumentException">A size below 1, or more pixels than an array holds.</exception>
    public static int PixelCount(int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        long pixels = (long)height * width;
        return pixels <= Array.MaxLength
            ? (int)pixels
            : throw new ArgumentException($"height x width: expected at most {Array.MaxLength} pixels, got {pixels}");
    }

    /// <summary>Labels all pixels of one photo.</summary>
    /// <param name="idle">Where the caller keeps a scan between photos; a second thread at the same time makes its own.</param>
    /// <param name="logits">The map.</param>
    /// <param name="height">Rows of the photo.</param>
    /// <param name="width">Columns of the photo.</param>
    /// <param name="mode">Nearest or bilinear.</param>
    /// <param name="workers">Threads.</param>
    /// <returns>A new label map.</returns>
    public static LabelMap Label(ref LogitScan? idle, LogitMap logits, int height, int width, Interpolation mode, Workers workers)
    {
        byte[] labels = GC.AllocateUninitializedArray<byte>(PixelCount(height, width));
        LogitScan scan = Interlocked.Exchange(ref idle, null) ?? new LogitScan();
        scan.Begin(logits, height, width, mode, labels, workers);
        scan.Label(workers);
        scan.End();
        Volatile.Write(ref idle, scan);
        return new LabelMap(labels, height, width);
    }

    /// <summary>Labels all pixels, selects none.</summary>
    public void Label(Workers workers) => Scan(_entropyPass, float.NegativeInfinity, 0, false, workers);

    /// <summary>Labels all pixels and selects those with an entropy above the threshold.</summary>
    /// <param name="cutoff">No pixel whose best logit leads by this much has such an entropy.</param>
    /// <param name="threshold">Nats.</param>
    /// <param name="workers">Threads.</param>
    public void SelectEntropies(float cutoff, float threshold, Workers workers)
    {
        Scan(_entropyPass, cutoff, threshold, false, workers);
        List(false, workers);
    }

    /// <summary>Labels all pixels and computes all entropies; see <see cref="Scores"/>.</summary>
    public void ScoreEntropies(Workers workers) => Scan(_entropyPass, float.PositiveInfinity, -1, true, workers);

    /// <summary>The scores of one row of the photo.</summary>
    public ReadOnlySpan<float> Scores(int y) => _scores.AsSpan(y * Tiles * ClassRows.Lanes, _sampler!.Width);

    /// <summary>Labels all pixels and selects those with p1 - p2 below the margin.</summary>
    /// <param name="cutoff">No pixel whose best logit leads by this much has such a margin.</param>
    /// <param name="margin">Probability.</param>
    /// <param name="workers">Threads.</param>
    public void SelectMargins(float cutoff, float margin, Workers workers)
    {
        Scan(_marginPass, cutoff, -margin, false, workers);
        List(false, workers);
    }

    /// <summary>Labels all pixels and selects the <paramref name="count"/> with the highest entropies, among equal ones those of lower index.</summary>
    public void SelectTopEntropies(int count, Workers workers)
    {
        // A threshold from a sample leaves somewhat more pixels than wanted; where it leaves too few, all are scored.
        float threshold = SampledEntropy(count / (double)Pixels);
        Scan(_entropyPass, DoubtfulMargin.ForEntropy(threshold, _sampler!.Map.Classes), threshold, true, workers);
        List(true, workers);
        if (Count < count)
        {
            Scan(_entropyPass, float.PositiveInfinity, -1, true, workers);
            List(true, workers);
        }

        KeepTop(count);
    }

    /// <summary>Labels all pixels and selects the <paramref name="count"/> for which <paramref name="score"/> is highest.</summary>
    /// <param name="score">A number from 0 up of each index.</param>
    /// <param name="threshold">A score that at least <paramref name="count"/> pixels should exceed; where fewer do, all pixels are scored.</param>
    /// <param name="count">Pixels to select.</param>
    /// <param name="workers">Threads.</param>
    public void SelectTop<TScore>(TScore score, float threshold, int count, Workers workers)
        where TScore : struct, IIndexScore
    {
        Label(workers);
        ScoreAll(score, threshold, workers);
        if (Count < count)
        {
            ScoreAll(score, -1, workers);
        }

        KeepTop(count);
    }

    private void Scan<TScore>(PixelPass<TScore> pass, float cutoff, float threshold, bool keepScores, Workers workers)
        where TScore : struct, IPixelScore
    {
        Grow.To(ref _bits, checked(Words * _sampler!.Height));
        Grow.To(ref _rowStarts, _sampler.Height);
        if (keepScores)
        {
            Grow.To(ref _scores, checked(_sampler.Height * Tiles * ClassRows.Lanes));
        }

        pass.Run(cutoff, threshold, keepScores, workers);
    }

    private void ScoreAll<TScore>(TScore score, float threshold, Workers workers)
        where TScore : struct, IIndexScore
    {
        int width = _sampler!.Width;
        Grow.To(ref _scores, checked(_sampler.Height * Tiles * ClassRows.Lanes));
        workers.For(_sampler.Height, BlockRows, (_, start, end) =>
        {
            for (int y = start; y < end; y++)
            {
                Span<ulong> bits = _bits.AsSpan(y * Words, Words);
                Span<float> scores = _scores.AsSpan(y * Tiles * ClassRows.Lanes, width);
                int count = 0;
                for (int w = 0; w < bits.Length; w++)
                {
                    ulong word = 0;
                    for (int x = w * 64; x < Math.Min((w + 1) * 64, width); x++)
                    {
                        float value = score.Of((y * width) + x);
                        scores[x] = value;
                        word |= (value > threshold ? 1UL : 0UL) << x;
                    }

                    bits[w] = word;
                    count += BitOperations.PopCount(word);
                }

                _rowStarts[y] = count;
            }
        });
        List(true, workers);
    }

    // Lists the selected pixels: from the rows' bits and numbers of set bits to ascending indices, and to these pixels' scores where asked for.
    private void List(bool keepScores, Workers workers)
    {
        int total = 0;
        for (int y = 0; y < _sampler!.Height; y++)
        {
            (_rowStarts[y], total) = (total, total + _rowStarts[y]);
        }

        Count = total;
        Grow.To(ref _indices, total);
        Grow.To(ref _candidates, keepScores ? total : 0);
        _listPass.Run(keepScores, workers);
    }

    private void KeepTop(int count) =>
        Count = TopScores.Keep(_candidates.AsSpan(0, Count), _indices, count);
}
