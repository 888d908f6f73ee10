using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Sites;

namespace SparseRefine.Networks;

/// <summary>y[i] = the map of site i's photo, read bilinearly at the site's centre.</summary>
internal static class MapReading
{
    private const int BlockSites = 1024;

    /// <summary>Reads all sites. With a tape, records the backward step, which adds photo by photo, so that its bits do not depend on the threads.</summary>
    /// <param name="rows">[pixels of all maps, channels].</param>
    /// <param name="maps">Where the map of each photo stands among the rows; their values are not looked at.</param>
    /// <param name="sites">The sites, photo by photo.</param>
    /// <param name="tape">Null in evaluation.</param>
    /// <param name="workers">Threads.</param>
    /// <returns>[sites, channels].</returns>
    public static Variable Forward(Variable rows, IReadOnlyList<MapRows> maps, SiteSet sites, Tape? tape, Workers workers)
    {
        Variable output = Variable.Output(tape, sites.Count, rows.Channels);
        Gather([.. maps.Select(map => map with { Values = rows.Value, Channels = rows.Channels })], sites, output.Value, output.Channels, 0, workers);
        tape?.Record(output, () => Backward(rows, maps, sites, output, tape.Workers));
        return output;
    }

    /// <summary>Reads the map of each site's photo into some columns of the site's row.</summary>
    /// <param name="maps">One a photo.</param>
    /// <param name="sites">The sites.</param>
    /// <param name="target">[sites, stride]; the array may be longer.</param>
    /// <param name="stride">Values a row of the target.</param>
    /// <param name="column">First column.</param>
    /// <param name="workers">Threads; the result does not depend on their number.</param>
    public static void Gather(IReadOnlyList<MapRows> maps, SiteSet sites, float[] target, int stride, int column, Workers workers) =>
        workers.For(sites.Count, BlockSites, (_, start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                (int image, double v, double u) = MapRows.Place(sites, i);
                maps[image].Read(v, u, target.AsSpan((i * stride) + column, maps[image].Channels));
            }
        });

    private static void Backward(Variable rows, IReadOnlyList<MapRows> maps, SiteSet sites, Variable output, Workers workers)
    {
        float[] gradient = output.Gradient;
        float[] sums = rows.Gradient;
        int channels = rows.Channels;
        workers.For(maps.Count, 1, (photo, _, _) =>
        {
            MapRows target = maps[photo] with { Values = sums, Channels = channels };
            for (int i = 0; i < sites.Count; i++)
            {
                (int image, double v, double u) = MapRows.Place(sites, i);
                if (image == photo)
                {
                    target.Add(v, u, gradient.AsSpan(i * channels, channels));
                }
            }
        });
    }
}
