using SparseRefine.Kernels;

namespace SparseRefine.Networks;

/// <summary>
/// The pairs of one photo: for each class the selected pixels that may be of it, in the order of the pixels. Its array is of a pool: <see cref="Return"/> gives it back.
/// </summary>
internal sealed class ClassPairs
{
    /// <summary>Least probability of a pair. What is less likely is hardly ever true, and would cost as much as the rest.</summary>
    public const float MinProbability = 0.03f;

    private const int BlockRows = 4096;
    private readonly BufferPool? _pool;
    private readonly int[] _starts;

    /// <summary>Lists the pairs.</summary>
    /// <param name="features">Rows of color and class probabilities; the array may be longer.</param>
    /// <param name="first">The photo's first row.</param>
    /// <param name="count">Its rows.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="pool">Where the array comes from; null: the runtime's shared pool.</param>
    /// <param name="workers">Threads; the result does not depend on their number.</param>
    public ClassPairs(float[] features, int first, int count, int classes, BufferPool? pool, Workers workers)
    {
        _pool = pool;
        int channels = UniversalNetworkOptions.Colors + classes;
        int[] next = new int[Workers.BlockCount(count, BlockRows) * classes];
        workers.For(count, BlockRows, (block, start, end) => Visit(
            features, first, channels, start, end, (c, _) => next[(block * classes) + c]++));

        // Class by class, and within a class block by block, so that blocks can write side by side.
        _starts = new int[classes + 1];
        int at = 0;
        for (int c = 0; c < classes; c++)
        {
            _starts[c] = at;
            for (int i = c; i < next.Length; i += classes)
            {
                (next[i], at) = (at, checked(at + next[i]));
            }
        }

        _starts[classes] = at;
        int[] rows = Rows = BufferPool.Rent<int>(pool, at);
        workers.For(count, BlockRows, (block, start, end) => Visit(
            features, first, channels, start, end, (c, row) => rows[next[(block * classes) + c]++] = row));
    }

    /// <summary>The pixels, counted from the photo's first row, class by class; the array may be longer.</summary>
    public int[] Rows { get; }

    /// <summary>All pairs.</summary>
    public int Count => _starts[^1];

    /// <summary>Where a class's pairs begin among <see cref="Rows"/>.</summary>
    public int Start(int ofClass) => _starts[ofClass];

    /// <summary>A class's pairs.</summary>
    public int CountOf(int ofClass) => _starts[ofClass + 1] - _starts[ofClass];

    /// <summary>Gives the buffer back.</summary>
    public void Return() => BufferPool.Return(_pool, Rows);

    private static void Visit(float[] features, int first, int channels, int start, int end, Action<int, int> found)
    {
        for (int row = start; row < end; row++)
        {
            ReadOnlySpan<float> p = features.AsSpan(((first + row) * channels) + UniversalNetworkOptions.Colors, channels - UniversalNetworkOptions.Colors);
            for (int c = 0; c < p.Length; c++)
            {
                if (p[c] >= MinProbability)
                {
                    found(c, row);
                }
            }
        }
    }
}
