using SparseRefine.Benchmarks.Harness;
using SparseRefine.Grids;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Networks;
using SparseRefine.Onnx;
using SparseRefine.Onnx.Export;
using SparseRefine.Persistence;
using SparseRefine.Training;

namespace SparseRefine.Benchmarks.Cases;

/// <summary>The feature refinement network: our forward against ONNX Runtime's on the exported file, and a training step.</summary>
internal static class DenseNetworkCases
{
    /// <summary>Side of the training crops.</summary>
    public const int Crop = 256;

    /// <summary>Crops a step.</summary>
    public const int Batch = 4;

    private const int Side = 512;
    private const int Classes = 11;

    /// <summary>All cases.</summary>
    public static IReadOnlyList<Case> All(int threads)
    {
        Workers workers = new(threads);
        var network = new FeatureRefinementNetwork(new FeatureRefinementOptions(Classes), seed: 1);
        var model = new DenseModel(
            FeatureRefinementExport.ToOnnx(network), "export", new DenseModelOptions { Scale = null, Height = Side, Width = Side, IntraOpNumThreads = threads });
        byte[] pixels = new byte[Side * Side * 3];
        new Random(3).NextBytes(pixels);
        ImageBuffer image = new(pixels, Side, Side, PixelOrder.Rgb24);
        double work = 2.0 * (model.MultiplyAdds(Side, Side) ?? throw new InvalidOperationException("multiply-adds: expected a count, got none"));
        DenseStep step = new(workers, Classes);
        FeatureRefinementOptions resNet = new(Classes) { Backbone = BackboneKind.ResNet18, DecoderChannels = 64 };
        DenseStep strong = new(workers, Classes, resNet);
        var strongModel = new DenseModel(
            FeatureRefinementExport.ToOnnx(new FeatureRefinementNetwork(resNet, seed: 1)), "export", new DenseModelOptions { Scale = null, Height = Crop, Width = Crop });
        return
        [
            PeakFma.Create(threads),
            new Case("dense network, ours, 512x512", threads, work, Unit.Flop, () => { }, () => network.Run(image.View, workers)),
            new Case(
                "dense network, ONNX Runtime",
                threads,
                work,
                Unit.Flop,
                () => Check.Near(network.Run(image.View, workers).Values, model.Run(image.View).Values, "dense network"),
                () => model.Run(image.View)) { IsRival = true },
            new Case(
                "training step, 4 crops of 256x256 (3 x forward's work)",
                threads,
                3.0 * Batch * work * Crop * Crop / (Side * Side),
                Unit.Flop,
                () =>
                {
                    double first = step.Run();
                    double last = Enumerable.Range(0, 3).Select(_ => step.Run()).Last();
                    Check.That(last < first, $"training step: expected the loss to fall from {first}, got {last}");
                },
                () => step.Run()),
            new Case(
                "the same with ResNet-18",
                threads,
                6.0 * Batch * (strongModel.MultiplyAdds(Crop, Crop) ?? throw new InvalidOperationException("multiply-adds: expected a count, got none")),
                Unit.Flop,
                () => { },
                () => strong.Run()),
        ];
    }

    /// <summary>Forward, cross-entropy at half the side, backward and AdamW on fixed random crops.</summary>
    internal sealed class DenseStep
    {
        private readonly Workers _workers;
        private readonly FeatureRefinementNetwork _network;
        private readonly AdamW _optimizer;
        private readonly Variable _input;
        private readonly GridShape _grid;
        private readonly BufferPool _pool = new();
        private readonly byte[] _labels = new byte[Batch * Crop * Crop / 4];

        public DenseStep(Workers workers, int classes, FeatureRefinementOptions? options = null)
        {
            _workers = workers;
            _network = new FeatureRefinementNetwork(options ?? new FeatureRefinementOptions(classes), seed: 1);
            _optimizer = new AdamW(_network.Parameters);
            (_input, _grid) = FeatureRefinementNetwork.Prepare(Batch, Crop, Crop);
            byte[] pixels = new byte[Crop * Crop * 3];
            Random random = new(4);
            for (int i = 0; i < Batch; i++)
            {
                random.NextBytes(pixels);
                _network.Fill(_input, _grid, i, new ImageView(pixels, Crop, Crop, PixelOrder.Rgb24));
            }

            for (int i = 0; i < _labels.Length; i++)
            {
                _labels[i] = (byte)random.Next(classes);
            }
        }

        /// <summary>Writes weights, input and labels for another program.</summary>
        public void Save(string path)
        {
            Parameter input = new("input", [_input.Rows, _input.Channels]);
            Parameter labels = new("labels", [_labels.Length]);
            _input.Value.CopyTo(input.Value, 0);
            for (int i = 0; i < _labels.Length; i++)
            {
                labels.Value[i] = _labels[i];
            }

            using FileStream file = File.Create(path);
            SafeTensors.Write(file, [.. _network.Parameters, input, labels]);
        }

        /// <summary>One step; its loss.</summary>
        public double Run()
        {
            _optimizer.ZeroGradients();
            Tape tape = new(_workers, new Random(1), _pool);
            (_, Variable logits) = _network.Forward(_input, _grid, tape, _workers);
            GridShape coarse = _grid with { Height = Crop / 4, Width = Crop / 4 };
            double loss = CrossEntropy.Apply(Upsample.Forward(logits, coarse, 2, tape, _workers), _labels, workers: _workers);
            tape.Backward();
            _optimizer.Step(1e-3, _workers);
            return loss;
        }
    }
}
