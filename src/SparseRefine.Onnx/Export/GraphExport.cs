using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using SparseRefine.Onnx.Graphs;
using SparseRefine.Onnx.Schema;
using SparseRefine.Onnx.Sessions;
using SparseRefine.Selectors;

namespace SparseRefine.Onnx.Export;

/// <summary>A dense model and the refiner behind it as one ONNX graph of standard operators.</summary>
internal static class GraphExport
{
    /// <summary>Builds the graph.</summary>
    /// <param name="dense">The dense model; null where logits come in.</param>
    /// <param name="file">The dense model's file; null where logits come in.</param>
    /// <param name="refiner">The refiner; null: the dense answer at the photo's size.</param>
    /// <param name="classes">Number of classes, where no dense model tells.</param>
    /// <param name="options">What it takes and gives.</param>
    /// <param name="metadata">Texts for the file.</param>
    /// <exception cref="InvalidInputException">Something that cannot be exported.</exception>
    public static ModelProto Build(
        DenseModel? dense, OnnxFile? file, SparseRefiner? refiner, int classes, OnnxExportOptions options, IEnumerable<(string Key, string Value)> metadata)
    {
        ModelProto? own = options.Input == OnnxInput.ImageAndLogits ? null : file!.Model;
        int oldest = refiner?.Selector is RandomSelector ? SelectorGraph.RandomOperatorSet : OnnxExportOptions.OldestOperatorSet;
        int operators = options.OperatorSet ?? Math.Clamp(own is null ? 0 : OperatorVersions.Of(own), oldest, OnnxExportOptions.NewestOperatorSet);
        own = own is null ? null : OperatorVersions.Upgraded(own, file!.Name, operators);
        if (options.Float16 && file is { HasExternalData: true })
        {
            throw new InvalidInputException(file.Name, "weights of less than 2 GB for half precision (--float16)", "more, in files beside it");
        }

        OnnxGraph graph = new("refinement", operators) { BlockValues = options.BlockValues };
        PhotoGraph photo = new(graph, options);
        (string logits, string? features) = ("", null);
        if (own is null)
        {
            graph.Declare(true, "logits", OnnxGraph.Float, (1, ""), (classes, ""), (null, "logit_rows"), (null, "logit_columns"));
            logits = graph.Node("Squeeze", ["logits", graph.Integers(0)]);
            if (refiner?.Network.CoarseFeatures is int channels and > 0)
            {
                graph.Declare(true, "features", OnnxGraph.Float, (1, ""), (channels, ""), (null, "feature_rows"), (null, "feature_columns"));
                features = graph.Node("Squeeze", ["features", graph.Integers(0)]);
            }
        }
        else
        {
            DenseModelFacts facts = dense!.LearnFacts();
            if (refiner is not null && refiner.Classes != facts.Classes)
            {
                throw new InvalidInputException(file!.Name, $"scores of {refiner.Classes} classes as its refiner has", $"{facts.Classes}");
            }

            classes = facts.Classes;
            (logits, features) = new DenseGraph(graph, dense.Options, facts, own, options.Float16).Append(photo);
        }

        RefinementGraph refinement = new(graph, options, photo, refiner);
        refinement.Write(logits, classes, features);
        ModelProto model = graph.ToModel([.. metadata, ("stages", refinement.Stages)]);
        if (own is not null)
        {
            // Operators beyond the standard ones, and functions that the file itself defines.
            model.OpsetImport.Add(own.OpsetImport.Where(set => set.Domain is not ("" or "ai.onnx")));
            model.Functions.Add(own.Functions);
            if (options.Float16)
            {
                ThrowUnlessRuns(model, file!.Name);
            }
        }

        return model;
    }

    // Not every operator knows half precision, and a graph may mix it with what stays single.
    private static void ThrowUnlessRuns(ModelProto model, string name)
    {
        try
        {
            using SessionOptions options = SessionFactory.Options(1);
            using InferenceSession session = new(model.ToByteArray(), options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidInputException(name, "a dense model that can be turned into half precision (--float16)", OneLine.Of(e), e);
        }
    }
}
