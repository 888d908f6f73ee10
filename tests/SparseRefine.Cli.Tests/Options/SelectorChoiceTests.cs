using SparseRefine.Cli.Options;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Selectors;
using Xunit;

namespace SparseRefine.Cli.Tests.Options;

public sealed class SelectorChoiceTests
{
    [Theory]
    [InlineData(0.1, 0.3f)] // a tenth of the pixels is above 0.3 nats: that threshold holds
    [InlineData(0.6, 0.69f)] // more than a quarter is: the threshold rises until no more is left
    public void Standard_ShareOfUnsurePixels_ThresholdIsAtLeastUsualAndLeavesAQuarter(double unsure, float least)
    {
        // Two classes: unsure pixels have nearly ln 2 nats, the others next to none.
        const int Side = 20;
        float[] logits = new float[2 * Side * Side];
        for (int i = (int)(unsure * Side * Side); i < Side * Side; i++)
        {
            logits[i] = 20;
        }

        ThresholdCalibration calibration = new();
        calibration.Add(new LogitMap(logits, 2, Side, Side), new LabelMap(new byte[Side * Side], Side, Side), new Workers(1));

        CalibrationPoint chosen = SelectorChoice.Standard.Pick(calibration);
        Assert.True(chosen.Threshold >= least, $"{chosen}");
        Assert.True(chosen.Density <= 0.25, $"{chosen}");
    }
}
