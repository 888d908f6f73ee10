using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Selectors;
using SparseRefine.Sites;

namespace SparseRefine.Networks;

/// <summary>
/// What the coarse column, which is any dense model, gives the networks behind it: for every photo of a batch the class probabilities and the model's
/// inner features, each at its own resolution, read bilinearly at any place. The softmax is taken at the model's samples and the probabilities are
/// interpolated. Immutable and thread-safe; disposing gives arrays of a pool back.
/// </summary>
internal sealed class CoarseColumn : IDisposable
{
    private readonly MapRows[] _probabilities = [];
    private readonly MapRows[] _features;
    private readonly ImageBuffer[] _photos = [];
    private readonly BufferPool? _pool;

    /// <summary>Copies the maps into rows of pixels.</summary>
    /// <param name="maps">One a photo, of the same classes.</param>
    /// <param name="features">Channels of inner features that are read; 0 leaves them.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="pool">Where arrays come from; null: new ones.</param>
    /// <param name="photos">The photos, each shrunk to the size of its map, bytes red, green, blue; null: they are not read.</param>
    /// <exception cref="ArgumentException">A map without such features.</exception>
    public CoarseColumn(
        IReadOnlyList<LogitMap> maps, int features, Workers workers, BufferPool? pool = null, IReadOnlyList<ImageBuffer>? photos = null)
    {
        _pool = pool;
        _photos = [.. photos ?? []];
        Classes = maps[0].Classes;
        Channels = Classes + features;
        _features = features == 0 ? [] : [.. maps.Select(map => Rows(map, features, workers, pool))];
        _probabilities = [.. maps.Select(map =>
        {
            MapRows rows = MapRows.Of(map.Values, map.Classes, map.Height, map.Width, pool, workers);
            Entropy.Softmax(rows.Own, map.Classes, rows.Own);
            return rows;
        })];
    }

    private CoarseColumn(MapRows features, BufferPool pool)
    {
        _pool = pool;
        _features = [features];
        Channels = features.Channels;
    }

    /// <summary>Number of classes: the first channels are their probabilities.</summary>
    public int Classes { get; }

    /// <summary>Classes and features.</summary>
    public int Channels { get; }

    /// <summary>The class probabilities at the dense model's own samples, a row a sample. Not a copy.</summary>
    public MapRows Probabilities(int image) => _probabilities[image];

    /// <summary>The photo, a pixel for each of the dense model's samples.</summary>
    public ImageBuffer Photo(int image) => _photos[image];

    /// <summary>The inner features of each photo.</summary>
    public IReadOnlyList<MapRows> Features => _features;

    /// <summary>One photo's inner features behind a layer, without probabilities. The layer is linear, so it may stand before the interpolation, where it costs less.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="map">The photo's map.</param>
    /// <param name="pool">Where arrays come from.</param>
    /// <param name="workers">Threads.</param>
    /// <returns>A column of the layer's outputs, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">A map without such features.</exception>
    public static CoarseColumn Behind(NormedLinear.Folded layer, LogitMap map, BufferPool pool, Workers workers)
    {
        MapRows rows = Rows(map, layer.Weights.Inputs, workers, pool);
        float[] mapped = pool.Rent<float>(checked(rows.Pixels * layer.Weights.Outputs));
        layer.Run(rows.Values, rows.Pixels, mapped, workers);
        pool.Return(rows.Values);
        return new CoarseColumn(rows with { Values = mapped, Channels = layer.Weights.Outputs }, pool);
    }

    /// <summary>Reads one place.</summary>
    /// <param name="image">The photo.</param>
    /// <param name="v">Row, as a share of the photo's height.</param>
    /// <param name="u">Column, as a share of its width.</param>
    /// <param name="target">[channels].</param>
    public void Read(int image, double v, double u, Span<float> target)
    {
        if (_probabilities.Length > 0)
        {
            _probabilities[image].Read(v, u, target[..Classes]);
        }

        if (_features.Length > 0)
        {
            _features[image].Read(v, u, target[Classes..]);
        }
    }

    /// <summary>Reads the centres of all sites of a level, whose grid is the photo's or a halving of it.</summary>
    /// <param name="sites">The sites.</param>
    /// <param name="target">[sites, channels]; the array may be longer.</param>
    /// <param name="workers">Threads; the result does not depend on their number.</param>
    public void Gather(SiteSet sites, float[] target, Workers workers)
    {
        if (_probabilities.Length > 0)
        {
            MapReading.Gather(_probabilities, sites, target, Channels, 0, workers);
        }

        if (_features.Length > 0)
        {
            MapReading.Gather(_features, sites, target, Channels, Classes, workers);
        }
    }

    /// <summary>Gives the arrays back to the pool, if they are of one. Nobody may use the column any more.</summary>
    public void Dispose()
    {
        if (_pool is null)
        {
            return;
        }

        foreach (MapRows rows in _probabilities.Concat(_features))
        {
            _pool.Return(rows.Values);
        }
    }

    private static MapRows Rows(LogitMap map, int features, Workers workers, BufferPool? pool) =>
        map.Features is FeatureMap own && own.Channels == features
            ? MapRows.Of(own.Values, features, own.Height, own.Width, pool, workers)
            : throw new ArgumentException(
                $"logits: expected maps with {features} features of the dense model beside them, got {map.Features?.Channels.ToString() ?? "none"}");
}
