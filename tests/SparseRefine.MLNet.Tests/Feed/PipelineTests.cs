using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Xunit;

namespace SparseRefine.MLNet.Tests.Feed;

public class PipelineTests
{
    private readonly MLContext context = new(1);

    [Fact]
    public void CopyColumns_SameName_HidesTheInput()
    {
        var view = context.Data.LoadFromEnumerable(PlainRow.Make(2));
        var copied = context.Transforms.CopyColumns("Name", "Value").Fit(view).Transform(view);

        Assert.Equal(5, copied.Schema.Count);
        Assert.True(copied.Schema[0].IsHidden);
        Assert.Equal(1, copied.Schema["Name"].Index);
        Assert.Equal(NumberDataViewType.Single, copied.Schema["Name"].Type);
        Assert.Equal([0f, 1f], copied.GetColumn<float>("Name"));
    }

    [Fact]
    public void SelectColumns_Names_KeepsTheirOrder()
    {
        var view = context.Data.LoadFromEnumerable(PlainRow.Make(2));
        var selected = context.Transforms.SelectColumns("Value", "Name").Fit(view).Transform(view);

        Assert.Equal(["Value", "Name"], selected.Schema.Select(column => column.Name));
    }

    [Fact]
    public void DropColumns_HiddenColumn_StaysBeforeTheOneThatHidesIt()
    {
        var view = context.Data.LoadFromEnumerable(PlainRow.Make(2));
        var pipeline = context.Transforms.CopyColumns("Name", "Value").Append(context.Transforms.DropColumns("Free"));

        Assert.Equal(["Name", "Name", "Value", "Fixed"], pipeline.Fit(view).Transform(view).Schema.Select(column => column.Name));
    }

    [Fact]
    public void Fit_MissingColumn_ThrowsBeforeAnythingRuns()
        => Assert.Throws<ArgumentOutOfRangeException>(
            () => context.Transforms.CopyColumns("A", "B").Append(context.Transforms.CopyColumns("C", "A"))
                .Fit(context.Data.LoadFromEnumerable(PlainRow.Make(1))));

    [Fact]
    public void CustomMapping_TwoAddedColumns_RunsOnceARow()
    {
        var runs = 0;
        var view = context.Data.LoadFromEnumerable(PlainRow.Make(3));
        var mapped = context.Transforms.CustomMapping<NumberRow, AddedRow>(
            (source, added) =>
            {
                runs++;
                added.Double = 2 * source.Value;
                added.Square = source.Value * source.Value;
            },
            contractName: null).Fit(view).Transform(view);

        AddedRow[] rows = [.. context.Data.CreateEnumerable<AddedRow>(mapped, false)];
        Assert.Equal([0f, 2f, 4f], rows.Select(row => row.Double));
        Assert.Equal([0f, 1f, 4f], rows.Select(row => row.Square));
        Assert.Equal(3, runs);

        _ = mapped.GetColumn<string>("Name").ToArray();
        Assert.Equal(3, runs);
    }

    [Fact]
    public void TransformerChain_Enumerated_GivesItsPartsAndScopes()
    {
        var view = context.Data.LoadFromEnumerable(PlainRow.Make(1));
        var chain = new EstimatorChain<ITransformer>()
            .Append(context.Transforms.CopyColumns("A", "Value"), TransformerScope.TrainTest)
            .Append(context.Transforms.CopyColumns("B", "Value")).Fit(view);

        Assert.Equal(2, chain.Count());
        Assert.IsType<ColumnCopyingTransformer>(chain.LastTransformer);
        Assert.Single(chain.GetModelFor(TransformerScope.Scoring));
        Assert.Null(chain.GetModelFor(TransformerScope.Scoring).Transform(view).Schema.GetColumnOrNull("A"));
    }

    [Fact]
    public void Append_ToTransformer_Flattens()
    {
        var view = context.Data.LoadFromEnumerable(PlainRow.Make(1));
        ITransformer first = context.Transforms.CopyColumns("A", "Value").Fit(view);
        ITransformer second = context.Transforms.CopyColumns("B", "Value").Fit(view);

        var chain = new TransformerChain<ITransformer>(first).Append(second);
        Assert.Equal([first, second], chain);
        Assert.Empty(new TransformerChain<ITransformer>());
        Assert.Same(view, new TransformerChain<ITransformer>().Transform(view));
    }

    [Fact]
    public void SaveAndLoad_ChainWithSchema_ComesBack()
    {
        var view = context.Data.LoadFromEnumerable(PlainRow.Make(2));
        var chain = context.Transforms.CopyColumns("A", "Value").Append(context.Transforms.SelectColumns("A", "Fixed")).Fit(view);
        using MemoryStream stream = new();
        context.Model.Save(chain, view.Schema, stream);
        stream.Position = 0;
        var loaded = new MLContext().Model.Load(stream, out var schema);

        Assert.Equal(view.Schema.Select(column => (column.Name, column.Type)), schema.Select(column => (column.Name, column.Type)));
        Assert.Equal([0f, 1f], loaded.Transform(view).GetColumn<float>("A"));
        Assert.Equal(2, Assert.IsAssignableFrom<IEnumerable<ITransformer>>(loaded).Count());
    }

    [Fact]
    public void SaveAndLoad_EmptyChain_KeepsTheSchema()
    {
        var view = context.Data.LoadFromEnumerable(PlainRow.Make(2));
        using MemoryStream stream = new();
        context.Model.Save(new TransformerChain<ITransformer>(), view.Schema, stream);
        stream.Position = 0;
        var loaded = context.Model.Load(stream, out var schema);

        Assert.Equal(4, schema.Count);
        Assert.Same(view.Schema, loaded.GetOutputSchema(view.Schema));
    }

    [Fact]
    public void PredictionEngine_Chain_PredictsSingleRows()
    {
        var view = context.Data.LoadFromEnumerable(PlainRow.Make(2));
        var chain = context.Transforms.CopyColumns("Double", "Value").Append(context.Transforms.CopyColumns("Square", "Double")).Fit(view);
        using var engine = context.Model.CreatePredictionEngine<NumberRow, AddedRow>(chain);

        Assert.Equal(5f, engine.Predict(new NumberRow { Value = 5 }).Square);
        Assert.Equal(6f, engine.Predict(new NumberRow { Value = 6 }).Double);
        Assert.Equal(["Value", "Double", "Square"], engine.OutputSchema.Select(column => column.Name));
    }

    [Fact]
    public void Log_MessageOfAChannel_Arrives()
    {
        List<LoggingEventArgs> messages = [];
        context.Log += (_, message) => messages.Add(message);
        using (var channel = ((Microsoft.ML.Runtime.IHostEnvironment)context).Register("Part").Start("Work"))
        {
            channel.Info(Microsoft.ML.Runtime.MessageSensitivity.None, "epoch {0}", 3);
        }

        var message = Assert.Single(messages, message => message.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Info);
        Assert.Equal("epoch 3", message.RawMessage);
        Assert.Contains("Part", message.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void Checkpoint_WithoutHeader_Throws()
    {
        using var channel = ((Microsoft.ML.Runtime.IProgressChannelProvider)context).StartProgressChannel("Work");

        Assert.ThrowsAny<InvalidOperationException>(() => channel.Checkpoint(1));
        channel.SetHeader(new Microsoft.ML.Runtime.ProgressHeader(["loss"], ["epochs"]), _ => { });
        channel.Checkpoint(0.5, 1);
    }
}
