using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace SparseRefine.MLNet.Tests.Feed;

public class OwnTransformerTests
{
    private readonly MLContext context = new(1);

    [Fact]
    public void Save_OutsideTransformerThatWritesNothing_ThrowsAndTruncates()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "something");
            var error = Assert.Throws<InvalidOperationException>(() => context.Model.Save(new Silent(), null, path));
            Assert.Contains("ModelSignature not specified!", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Save_DelegatedToABuiltInChain_LoadsBackAsIt()
    {
        using MemoryStream stream = new();
        context.Model.Save(new Silent { Delegate = new TransformerChain<ITransformer>() }, null, stream);
        stream.Position = 0;

        Assert.IsType<TransformerChain<ITransformer>>(context.Model.Load(stream, out var schema));
        Assert.Null(schema);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Dispose_EngineOverAChain_DisposesItsPartsWhereItOwnsThem(bool owns)
    {
        Silent part = new();
        var engine = context.Model.CreatePredictionEngine<NumberRow, NumberRow>(
            new TransformerChain<ITransformer>(part), new PredictionEngineOptions { OwnsTransformer = owns });

        Assert.Equal(4f, engine.Predict(new NumberRow { Value = 4 }).Value);
        engine.Dispose();
        engine.Dispose();

        Assert.Equal(owns ? 1 : 0, part.Disposals);
    }

    [Fact]
    public void Append_LoaderAndProbe_ShowsTheLoadersShape()
    {
        Probe probe = new();
        DataViewSchema.Builder builder = new();
        builder.AddColumn("V", new VectorDataViewType(NumberDataViewType.Single));
        builder.AddColumn("K", new KeyDataViewType(typeof(uint), 3));
        new SchemaLoader(builder.ToSchema()).Append(probe).GetOutputSchema();

        Assert.NotNull(probe.Seen);
        Assert.Equal(SchemaShape.Column.VectorKind.VariableVector, probe.Seen[0].Kind);
        Assert.True(probe.Seen[1].IsKey);
        Assert.Equal(NumberDataViewType.UInt32, probe.Seen[1].ItemType);
    }

    private sealed class SchemaLoader(DataViewSchema schema) : IDataLoader<object>
    {
        public DataViewSchema GetOutputSchema() => schema;

        public IDataView Load(object input) => throw new NotSupportedException();

        public void Save(ModelSaveContext ctx) => throw new NotSupportedException();
    }

    private sealed class Probe : IEstimator<ITransformer>
    {
        public SchemaShape? Seen { get; private set; }

        public ITransformer Fit(IDataView input) => throw new NotSupportedException();

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Seen = inputSchema;
    }

    /// <summary>Hands rows on as they are; saves nothing, or what it delegates to.</summary>
    private sealed class Silent : ITransformer, IDisposable
    {
        public ICanSaveModel? Delegate { get; init; }

        public int Disposals { get; private set; }

        public bool IsRowToRowMapper => true;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => ((ITransformer)new TransformerChain<ITransformer>()).GetRowToRowMapper(inputSchema);

        public IDataView Transform(IDataView input) => input;

        public void Save(ModelSaveContext ctx) => Delegate?.Save(ctx);

        public void Dispose() => Disposals++;
    }
}
