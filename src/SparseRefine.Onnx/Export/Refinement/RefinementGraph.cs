using System.Text.Json;
using SparseRefine.Images;
using SparseRefine.Layers;
using SparseRefine.Networks;
using SparseRefine.Selectors;

namespace SparseRefine.Onnx.Export;

/// <summary>From the dense model's logits to labels, in the graph.</summary>
/// <param name="graph">Where nodes go.</param>
/// <param name="options">What goes out.</param>
/// <param name="photo">The photo.</param>
/// <param name="refiner">The refiner; null: the dense answer at the photo's size.</param>
internal sealed class RefinementGraph(OnnxGraph graph, OnnxExportOptions options, PhotoGraph photo, SparseRefiner? refiner)
{
    /// <summary>
    /// Where the graph can be cut, as JSON: the values, with their types, that the stages before the last one end in. Who runs the stages one by one sees what each takes.
    /// </summary>
    public string Stages { get; private set; } = "[]";

    /// <summary>Adds all nodes behind the dense model and declares the outputs.</summary>
    /// <param name="planes">Logits [classes, h, w].</param>
    /// <param name="classes">Their number.</param>
    /// <param name="features">Inner features [channels, h, w]; null: none.</param>
    public void Write(string planes, int classes, string? features)
    {
        bool Asks(OnnxOutputs output) => options.Outputs.HasFlag(output);
        IPixelSelector? selector = refiner?.Selector;
        bool needsEntropy = Asks(OnnxOutputs.Entropy) || (selector is not null && SelectorGraph.NeedsEntropy(selector));
        Interpolation mode = (selector as IScanSelector)?.Mode ?? (selector as LearnedSelector)?.Mode ?? Interpolation.Bilinear;
        PixelMap logits = PixelMap.OfPlanes(graph, planes, classes);
        DenseScan scan = new(graph, planes, logits, classes, photo, mode);
        scan.Run(selector, needsEntropy, Asks(OnnxOutputs.MaxScore));
        string labels = scan.Labels;
        string maxScore = scan.MaxScore;
        string? sites = null;
        if (refiner is not null)
        {
            PixelMap? inner = features is null ? null : PixelMap.OfPlanes(graph, features, refiner.Network.CoarseFeatures);
            LearnedSelectorGraph? learned = selector is LearnedSelector own ? new(graph, own, photo, logits, own.Network!.CoarseFeatures == 0 ? null : inner) : null;
            sites = learned?.Select(graph, photo) ?? SelectorGraph.Select(graph, selector!, scan, photo.Pixels);
            (string refined, string? score) = Refine(refiner, sites, logits, inner, learned, Asks(OnnxOutputs.MaxScore));
            labels = graph.Scatter(labels, sites, refined);
            maxScore = score is null ? maxScore : graph.Scatter(maxScore, sites, score);
        }

        (string Stage, (string? Value, string Type)[] Ends)[] stages =
        [
            ("dense", [(planes, "float32"), (features, "float32")]),
            ("select", [(scan.Labels, "uint8"), (sites, "int64")]),
        ];
        Stages = JsonSerializer.Serialize(stages.Select(s => new { stage = s.Stage, ends = s.Ends.Where(e => e.Value is not null).ToDictionary(e => e.Value!, e => e.Type) }));
        Give("labels", labels, OnnxGraph.UInt8);
        if (Asks(OnnxOutputs.DenseLabels))
        {
            Give("dense_labels", scan.Labels, OnnxGraph.UInt8);
        }

        if (Asks(OnnxOutputs.Mask))
        {
            string none = graph.Fill(photo.Pixels, OnnxGraph.UInt8);
            Give("mask", sites is null ? none : graph.Scatter(none, sites, graph.Fill(graph.Size(sites, 0), OnnxGraph.UInt8, 1)), OnnxGraph.UInt8);
        }

        if (Asks(OnnxOutputs.Entropy))
        {
            Give("entropy", scan.Entropy, OnnxGraph.Float);
        }

        if (Asks(OnnxOutputs.MaxScore))
        {
            Give("max_score", maxScore, OnnxGraph.Float);
        }

        if (Asks(OnnxOutputs.SelectedPixels))
        {
            graph.Node("Identity", [sites is null ? graph.Integers(0) : graph.Size(sites, 0)], null, "selected_pixels");
            graph.Declare(false, "selected_pixels", OnnxGraph.Int64, (1, ""));
        }
    }

    private void Give(string name, string value, int type)
    {
        graph.Node("Reshape", [value, graph.Concat(0, graph.Integers(1), photo.Height, photo.Width)], null, name);
        graph.Declare(false, name, type, (1, ""), (options.Height, "height"), (options.Width, "width"));
    }

    private (string Labels, string? Score) Refine(
        SparseRefiner own, string sites, PixelMap logits, PixelMap? features, LearnedSelectorGraph? learned, bool needsScore)
    {
        SparseLayersGraph layers = new(graph, options.Float16);
        FeatureGraph read = new(photo, logits, own.Interpolation);
        (SiteLevelGraph level, Func<OnnxGraph, string, Pixels, string, string> sparse) = own.Network switch
        {
            SparseUNet network => UNet(network, own, layers, read, sites, features),
            FineColumn network => Column(new FineColumnGraph(graph, layers, network, logits, features), network, own, layers, read, sites),
            UniversalNetwork network => Universal(network, own, logits, read, sites),
            _ => throw new InvalidInputException("network", "one that can be exported", own.Network.GetType().Name),
        };
        string[] found = graph.Loop(level.Chunks, (body, round) =>
        {
            Pixels pixels = level.PixelsOf(body, round);
            string dense = read.Scores(body, round, pixels);
            string fused = Fuse(body, dense, sparse(body, round, pixels, dense), learned?.Weights(body, pixels), own.Network.CorrectsScores);
            string merged = EnsemblerGraph.Merge(body, own.Ensembler, dense, fused, own.Classes);
            List<(string, int)> values = [(body.Cast(body.ArgMax(merged, 0), OnnxGraph.UInt8), OnnxGraph.UInt8)];
            if (needsScore)
            {
                values.Add((body.Div(body.Scalar(1f), new PlaneSoftmax(body, merged, own.Classes).Sum), OnnxGraph.Float));
            }

            return [.. values];
        });
        return (level.Trim(graph, found[0]), needsScore ? level.Trim(graph, found[1]) : null);
    }

    private (SiteLevelGraph Level, Func<OnnxGraph, string, Pixels, string, string> Sparse) UNet(
        SparseUNet network, SparseRefiner own, SparseLayersGraph layers, FeatureGraph read, string sites, PixelMap? features)
    {
        UNetGraph net = new(graph, layers, network);
        SiteLevelGraph level = new(graph, sites, photo.Height, photo.Width, net.FinestChunkRows);
        PixelMap? inner = network.Features is null ? null : Reduced(network.Features, features!);
        SiteRows input = read.Read(graph, level, own.Features, own.Classes, inner, network.Options.FeatureChannels, layers.Type);
        SiteRows last = net.Run(level, input);
        Func<OnnxGraph, string, string> final = Final(layers, network.Final, last);
        bool isResidual = network.Options.ProbabilityColumn is not null;
        return (level, Sparse);

        string Sparse(OnnxGraph body, string round, Pixels pixels, string dense)
        {
            string answer = final(body, round);
            return isResidual ? body.Add(answer, body.Max(new PlaneSoftmax(body, dense, own.Classes).Logs, body.Scalar(MathF.Log(1e-10f)))) : answer;
        }
    }

    private (SiteLevelGraph Level, Func<OnnxGraph, string, Pixels, string, string> Sparse) Column(
        FineColumnGraph net, FineColumn network, SparseRefiner own, SparseLayersGraph layers, FeatureGraph read, string sites)
    {
        SiteLevelGraph level = new(graph, sites, photo.Height, photo.Width, net.FinestChunkRows);
        SiteRows last = net.Run(level, read.Read(graph, level, own.Features, own.Classes, null, 0, layers.Type));
        Func<OnnxGraph, string, string> final = Final(layers, network.Final, last);
        return (level, (body, round, _, _) => final(body, round));
    }

    private (SiteLevelGraph Level, Func<OnnxGraph, string, Pixels, string, string> Sparse) Universal(
        UniversalNetwork network, SparseRefiner own, PixelMap logits, FeatureGraph read, string sites)
    {
        SiteLevelGraph level = new(graph, sites, photo.Height, photo.Width, new SparseLayersGraph(graph, options.Float16).ChunkRows(own.Network.InputChannels));
        SiteRows features = read.Read(graph, level, own.Features, own.Classes, null, 0, OnnxGraph.Float);
        string corrections = new UniversalGraph(graph, network, options.Float16, photo, logits).Run(level, features);
        return (level, (body, round, _, _) => body.Gather(corrections, round, 1));
    }

    // The last linear layer, in planes and in single precision from there on.
    private static Func<OnnxGraph, string, string> Final(SparseLayersGraph layers, Linear layer, SiteRows last)
    {
        string weights = layers.Weights(layer.Core.Weight.Value, last.Channels, layer.Core.Outputs);
        string bias = layers.Weights(layer.Core.Bias!.Value, layer.Core.Outputs, 1);
        return (body, round) => body.Cast(
            body.Node("Gemm", [weights, last.Chunk(body, round), bias], [("transA", 1L), ("transB", 1L)]), OnnxGraph.Float);
    }

    // z + w f where the network corrects scores, z + w (s - z) where it gives its own; w is 1 without activations.
    private static string Fuse(OnnxGraph body, string dense, string sparse, string? weight, bool corrects)
    {
        if (weight is null)
        {
            return corrects ? body.Add(dense, sparse) : sparse;
        }

        return body.Add(dense, body.Mul(weight, corrects ? sparse : body.Sub(sparse, dense)));
    }

    // Norm and linear layer run over the low-resolution map, since a linear layer and bilinear interpolation commute.
    private PixelMap Reduced(NormedLinear layer, PixelMap map)
    {
        (float[] scale, float[] shift) = layer.Norm.Fold();
        string normed = graph.Add(graph.Mul(map.Rows, graph.Weights("features.scale", scale, scale.Length)), graph.Weights("features.shift", shift, shift.Length));
        string product = graph.MatMul(normed, graph.Weights("features.weight", layer.Map.Core.Weight.Value, layer.Inputs, layer.Outputs));
        return map with { Rows = graph.Add(product, graph.Weights("features.bias", layer.Map.Core.Bias!.Value, layer.Outputs)) };
    }
}
