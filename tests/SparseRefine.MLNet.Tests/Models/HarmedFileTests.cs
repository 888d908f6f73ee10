using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using Xunit;

namespace SparseRefine.MLNet.Tests.Models;

/// <summary>Every byte of a model file is covered: a change is refused by name, or means nothing (as a date in the zip).</summary>
public sealed class HarmedFileTests : IDisposable
{
    private readonly Scene _scene = new(photos: 1);
    private readonly string _path;
    private readonly byte[] _whole;
    private readonly byte[] _labels;
    private readonly IDataView _photos;

    public HarmedFileTests()
    {
        _path = _scene.PathOf("m.sparserefine");
        using IDisposable inputs = (IDisposable)_scene.Inputs().Fit(_scene.Data);
        _photos = ((ITransformer)inputs).Transform(_scene.Data);
        using var model = _scene.Dense().Append(_scene.Catalog.Trainers.SparseRefinement(_scene.Refinement())).Fit(_photos);
        _scene.Catalog.Save(model, null, _path);
        _whole = File.ReadAllBytes(_path);
        _labels = Labels(model);
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Load_AnyBitFlipped_IsRefusedByNameOrMeansNothing()
    {
        var random = new Random(5);
        int refused = 0;
        int tail = Math.Max(0, _whole.Length - 1500);
        IEnumerable<int> positions = Enumerable.Range(0, 40)
            .Concat(Enumerable.Range(tail, _whole.Length - tail))
            .Concat(Enumerable.Range(0, 250).Select(_ => random.Next(_whole.Length)));
        foreach (int position in positions)
        {
            byte[] harmed = [.. _whole];
            harmed[position] ^= (byte)(1 << random.Next(8));
            refused += IsRefused(harmed, $"bit of byte {position} of {_whole.Length}") ? 1 : 0;
        }

        Assert.True(refused > 1000, $"{refused} refused");
    }

    [Fact]
    public void Load_CutAnywhere_IsRefusedByName()
    {
        for (int length = 0; length < _whole.Length; length += 1 + (_whole.Length / 211))
        {
            Assert.True(IsRefused(_whole[..length], $"cut to {length}"), $"cut to {length} of {_whole.Length} loads");
        }
    }

    private bool IsRefused(byte[] bytes, string what)
    {
        File.WriteAllBytes(_path, bytes);
        try
        {
            using var loaded = (TransformerChain<ITransformer>)_scene.Catalog.Load(_path, out _);
            Assert.True(_labels.AsSpan().SequenceEqual(Labels(loaded)), $"{what}: loads, and answers otherwise");
            return false;
        }
        catch (InvalidInputException e)
        {
            Assert.StartsWith(_path, e.Message, StringComparison.Ordinal);
            return true;
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"{what}: {e.GetType().Name}: {e.Message}", e);
        }
    }

    private byte[] Labels(ITransformer model) => model.Transform(_photos).GetColumn<LabelMap>("PredictedLabel").First().Labels;
}
