using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Sites;

namespace SparseRefine.Networks;

/// <summary>
/// The pairs of several photos of one size, for a training step: each class of each photo is an image of its own to the network. Photos may
/// differ in their number of classes.
/// </summary>
/// <param name="workers">Threads; nothing depends on their number.</param>
/// <param name="pool">Where scratch comes from; null: the runtime's shared pool.</param>
internal sealed class PairBatch(Workers workers, BufferPool? pool)
{
    private readonly List<int> _sites = [];
    private readonly List<float[]> _features = [];
    private readonly List<(int Photo, int First, int Class, int[] Rows)> _groups = [];
    private int _photos;
    private int _height;
    private int _width;

    /// <summary>Adds a photo.</summary>
    /// <param name="features">Rows of color and class probabilities; the array may be longer.</param>
    /// <param name="first">The photo's first row.</param>
    /// <param name="indices">Its pixels, y * width + x.</param>
    /// <param name="coarse">Dense answers and shrunk photos.</param>
    /// <param name="image">The photo's number among these.</param>
    /// <param name="height">Rows of the photo, the same for all.</param>
    /// <param name="width">Columns of the photo, the same for all.</param>
    public void Add(float[] features, int first, int[] indices, CoarseColumn coarse, int image, int height, int width)
    {
        (_height, _width) = (height, width);
        ImageBuffer photo = coarse.Photo(image);
        ColorFit fit = new(photo, pool, workers);
        ClassPairs pairs = new(features, first, indices.Length, coarse.Classes, pool, workers);
        PairFeatures source = new(
            features, first, indices, coarse.Classes, new LogitGrid(photo.Height, photo.Width, height, width, Interpolation.Bilinear));
        for (int c = 0; c < coarse.Classes; c++)
        {
            int count = pairs.CountOf(c);
            if (count == 0)
            {
                continue;
            }

            float[] coefficients = fit.Coefficients(coarse.Probabilities(image).Values, coarse.Classes, c);
            float[] written = new float[count * PairFeatures.Channels];
            source.Write(pairs, c, coefficients, written, 0, workers);
            BufferPool.Return(pool, coefficients);
            int[] rows = [.. pairs.Rows.AsSpan(pairs.Start(c), count)];
            int plane = checked(_groups.Count * height * width);
            _sites.AddRange(rows.Select(row => plane + indices[row]));
            _features.Add(written);
            _groups.Add((_photos, first, c, rows));
        }

        pairs.Return();
        fit.Return();
        _photos++;
    }

    /// <summary>The pairs' sites.</summary>
    public SiteSet Sites() => new([.. _sites], Math.Max(1, _groups.Count), _height, _width);

    /// <summary>The pairs' features, a constant.</summary>
    public Variable Features()
    {
        float[] joined = new float[_sites.Count * PairFeatures.Channels];
        int at = 0;
        foreach (float[] part in _features)
        {
            part.CopyTo(joined, at);
            at += part.Length;
        }

        return new Variable(joined, _sites.Count, PairFeatures.Channels, needsGradient: false);
    }

    /// <summary>Brings the pairs' corrections to their photos' rows; 0 where a pixel and class are no pair.</summary>
    /// <param name="pairs">[pairs, 1].</param>
    /// <param name="photo">The only photo wanted, its first row becoming row 0; null: all.</param>
    /// <param name="rows">Rows of the result.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="tape">Takes the backward step; null: none.</param>
    /// <returns>[rows, classes].</returns>
    public Variable Scatter(Variable pairs, int? photo, int rows, int classes, Tape? tape)
    {
        Variable output = Variable.Output(tape, rows, classes);
        output.Value.AsSpan(0, output.Length).Clear();
        Visit(photo, classes, (pair, at) => output.Value[at] = pairs.Value[pair]);
        tape?.Record(output, () =>
        {
            float[] gradient = output.Gradient;
            float[] target = pairs.Gradient;
            Visit(photo, classes, (pair, at) => target[pair] += gradient[at]);
        });
        return output;
    }

    private void Visit(int? photo, int classes, Action<int, int> visit)
    {
        int pair = 0;
        foreach ((int of, int first, int ofClass, int[] rows) in _groups)
        {
            for (int i = 0; i < rows.Length && (photo is null || photo == of); i++)
            {
                visit(pair + i, (((photo is null ? first : 0) + rows[i]) * classes) + ofClass);
            }

            pair += rows.Length;
        }
    }
}
