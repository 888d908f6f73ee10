using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>How often each number comes in a set of label maps. One thread at a time.</summary>
public sealed class LabelCounts
{
    private readonly long[] _counts = new long[256];

    /// <summary>Pixels counted.</summary>
    public long Pixels { get; private set; }

    /// <summary>
    /// Whether all pixels are 0 or 255 and both occur, as in masks of programs that paint: 255 then hardly means "not labelled", for which this library takes it.
    /// </summary>
    public bool AreMasks => _counts[0] > 0 && _counts[255] > 0 && _counts[0] + _counts[255] == Pixels;

    /// <summary>Pixels of a number.</summary>
    /// <param name="id">0 to 255.</param>
    public long this[int id] => _counts[id];

    /// <summary>Counts a map's pixels.</summary>
    /// <param name="map">The map.</param>
    public void Add(LabelMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        foreach (byte id in map.Labels)
        {
            _counts[id]++;
        }

        Pixels += map.Labels.Length;
    }

    /// <summary>Adds what was counted of other maps.</summary>
    /// <param name="others">Their counts; not changed.</param>
    public void Add(LabelCounts others)
    {
        ArgumentNullException.ThrowIfNull(others);
        for (int id = 0; id < _counts.Length; id++)
        {
            _counts[id] += others._counts[id];
        }

        Pixels += others.Pixels;
    }
}
