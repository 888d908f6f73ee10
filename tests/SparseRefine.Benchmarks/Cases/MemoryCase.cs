using System.Globalization;
using SparseRefine.Cli.Reports;
using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Networks;
using SparseRefine.Selectors;

namespace SparseRefine.Benchmarks.Cases;

/// <summary>Resident memory that refining takes, from /proc: what is resident at most beyond photo, logits and runtime.</summary>
internal static class MemoryCase
{
    private const int Height = 2336;
    private const int Width = 3504;
    private const int Classes = 19;

    /// <summary>Refines one large photo several times at two densities, and once whole.</summary>
    /// <returns>A section of markdown.</returns>
    public static string Run()
    {
        LabelMap labels = Scene.Labels(Height, Width, Classes);
        ImageBuffer photo = Scene.Photo(labels);
        LogitMap logits = Scene.Logits(labels, Classes);
        FeatureSpec features = FeatureSpec.Parse("rgb,p");
        Workers workers = new();
        string rows = string.Empty;
        foreach ((double density, int photos) in ((double, int)[])[(0.1, 4), (0.15, 4), (1, 1)])
        {
            SparseRefiner refiner = new(
                new FractionSelector(density),
                features,
                new SparseUNet(new SparseUNetOptions(features.Channels(Classes), Classes, [16, 32, 64]), seed: 1),
                new GatedEnsembler(new GatedEnsemblerOptions(Classes), seed: 1));
            GC.Collect();
            GC.WaitForPendingFinalizers();
            long? growth = new ResidentMemory().Growth(() =>
            {
                for (int i = 0; i < photos; i++)
                {
                    _ = refiner.Refine(photo.View, logits, workers);
                }
            });
            string text = growth is long bytes ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0} MiB") : "unknown here";
            rows += string.Create(CultureInfo.InvariantCulture, $"| {100 * density:0} % of {Height}x{Width}, {Classes} classes | {text} |\n");
        }

        return $"### memory, {workers.Threads} threads\n\nResident at most beyond photo and logits, over four photos of the size (one where all pixels are refined, in bands); planes 16,32,64.\n\n" +
            $"| refined | beyond |\n|---|---:|\n{rows}\n";
    }
}
