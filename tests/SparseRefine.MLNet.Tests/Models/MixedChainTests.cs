using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using Xunit;

namespace SparseRefine.MLNet.Tests.Models;

public class MixedChainTests
{
    [Fact]
    public void Load_MLNetsOwnTransformersBetweenOurs_KeepsOrderTypesSizesAndScopes()
    {
        using var scene = new Scene();
        using var model = FreshProcessTests.Mixed(scene);
        using var file = new MemoryStream();
        scene.Catalog.Save(model, null, file);
        file.Position = 0;
        using var loaded = (TransformerChain<ITransformer>)new MLContext().SemanticSegmentation.Load(file, out _);

        Assert.Equal(model.Select(part => part.GetType()), loaded.Select(part => part.GetType()));
        Assert.Equal(
            ScopedTransformers.Of(model).Select(part => part.Scope), ScopedTransformers.Of(loaded).Select(part => part.Scope));
        Assert.Equal(
            model.GetModelFor(TransformerScope.Scoring).Select(part => part.GetType()),
            loaded.GetModelFor(TransformerScope.Scoring).Select(part => part.GetType()));
        IDataView expected = model.Transform(scene.Data);
        IDataView actual = loaded.Transform(scene.Data);
        Assert.Equal(
            expected.Schema.Select(column => (column.Name, column.Type.ToString())),
            actual.Schema.Select(column => (column.Name, column.Type.ToString())));
        Assert.Equal(Scene.Height * Scene.Width, ((VectorDataViewType)actual.Schema["Answer"].Type).Size);
        Assert.Equal(
            expected.GetColumn<VBuffer<byte>>("Answer").Select(v => v.DenseValues().ToArray()),
            actual.GetColumn<VBuffer<byte>>("Answer").Select(v => v.DenseValues().ToArray()));
    }

    [Fact]
    public void Load_PredictionEngine_WorksOnAMixedChain()
    {
        using var scene = new Scene();
        using var model = FreshProcessTests.Mixed(scene);
        using var file = new MemoryStream();
        scene.Catalog.Save(model, scene.Data.Schema, file);
        file.Position = 0;
        var context = new MLContext();
        ITransformer loaded = context.SemanticSegmentation.Load(file, out _);
        using var engine = context.Model.CreatePredictionEngine<PhotoPair, Answer>(loaded);
        LabelMap expected = model.Transform(scene.Data).GetColumn<LabelMap>("PredictedLabel").First();
        Assert.Equal(expected.Labels, engine.Predict(scene.Pairs[0]).PredictedLabel!.Labels);
    }

    [Fact]
    public void Save_StreamThatCannotSeek_WritesALoadableFile()
    {
        using var scene = new Scene(photos: 1);
        using var model = scene.Fit();
        using var packed = new MemoryStream();
        using (var pack = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
        {
            scene.Catalog.Save(model, null, pack);
        }

        packed.Position = 0;
        using var unpack = new GZipStream(packed, CompressionMode.Decompress);
        ITransformer loaded = scene.Catalog.Load(unpack, out _);
        Assert.Equal(
            model.Transform(scene.Data).GetColumn<LabelMap>("PredictedLabel").Single().Labels,
            loaded.Transform(scene.Data).GetColumn<LabelMap>("PredictedLabel").Single().Labels);
        ((IDisposable)loaded).Dispose();
    }

    [Fact]
    public void Save_SameModelTwice_SameBytes()
    {
        // Ours alone: ML.NET's own zip keeps the time.
        using var scene = new Scene(photos: 1);
        using var model = scene.Fit();
        scene.Catalog.Save(model.LastTransformer, null, scene.PathOf("a"));
        scene.Catalog.Save(model.LastTransformer, null, scene.PathOf("b"));
        Assert.Equal(File.ReadAllBytes(scene.PathOf("a")), File.ReadAllBytes(scene.PathOf("b")));
    }

    /// <summary>What a prediction engine gives.</summary>
    public sealed class Answer
    {
        public LabelMap? PredictedLabel { get; set; }
    }
}
