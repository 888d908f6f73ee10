using SparseRefine.Layers;
using SparseRefine.Sites;

namespace SparseRefine.Tests;

/// <summary>Random inputs from a seed.</summary>
internal static class Samples
{
    public static float[] Values(int count, int seed)
    {
        Random random = new(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (random.NextSingle() * 2) - 1;
        }

        return values;
    }

    public static SiteSet Sites(int images, int height, int width, double density, int seed)
    {
        Random random = new(seed);
        return new SiteSet([.. Enumerable.Range(0, images * height * width).Where(_ => random.NextDouble() < density)], images, height, width);
    }

    /// <summary>Moves norms off their neutral start, so that folding errors show.</summary>
    public static void Randomise(IEnumerable<Parameter> parameters, int seed)
    {
        Random random = new(seed);
        foreach (Parameter parameter in parameters.Where(p => p.Shape.Length == 1))
        {
            for (int i = 0; i < parameter.Value.Length; i++)
            {
                parameter.Value[i] += random.NextSingle();
            }
        }
    }
}
