using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Sites;

namespace SparseRefine.Networks;

/// <summary>
/// Reads the dense model's inner features at sites, behind a norm and a linear layer to a few channels, which are learned. The layer runs over the pixels
/// of the low-resolution map, since a linear layer and bilinear interpolation commute, and only the few channels are interpolated.
/// </summary>
internal static class FeatureReader
{
    /// <summary>Reads all sites.</summary>
    /// <param name="layer">Norm and linear layer; with a tape, the norm takes the statistics of all pixels of the maps.</param>
    /// <param name="coarse">The photos' features.</param>
    /// <param name="sites">The sites.</param>
    /// <param name="tape">Null in evaluation.</param>
    /// <param name="workers">Threads.</param>
    /// <returns>[sites, outputs of the layer].</returns>
    public static Variable Forward(NormedLinear layer, CoarseColumn coarse, SiteSet sites, Tape? tape, Workers workers)
    {
        var maps = new MapRows[coarse.Features.Count];
        Variable pixels = Variable.Output(null, coarse.Features.Sum(map => map.Pixels), layer.Inputs, needsGradient: false);

        // The maps' pixels do not go with the step's sites, as which the pool of the tape counts rows: their arrays are not of the pool, but on a tape of their own.
        Tape? own = tape is null ? null : new Tape(workers, tape.Random);
        tape?.Record(() => own!.Backward());
        for (int i = 0, first = 0; i < maps.Length; first += maps[i++].Pixels)
        {
            maps[i] = coarse.Features[i] with { First = first, Values = pixels.Value };
            coarse.Features[i].Own.CopyTo(maps[i].Own);
        }

        return MapReading.Forward(layer.Forward(pixels, own, workers), maps, sites, tape, workers);
    }
}
