using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Tests;
using Xunit;

namespace SparseRefine.MLNet.Tests.Refining;

[Collection(Alone.Name)]
public sealed class RefinementRowTests : IDisposable
{
    private const int Height = 512;
    private const int Width = 768;
    private const int Classes = 3;

    // What an ensembler merges at once: a tenth of the pixels are selected.
    private const int Tiles = ((Height * Width / 10) + EnsembleTile.Rows - 1) / EnsembleTile.Rows;

    // Rows, getters and one small object a layer: they do not grow with the photo.
    private const int MostSmallObjects = 16_000;

    private readonly MLImage _photo = MLImage.CreateFromPixels(Width, Height, MLPixelFormat.Bgra32, Noise(Height * Width * 4));
    private readonly LogitMap _logits = new(
        [.. Noise(Classes * Height / 4 * Width / 4).Select(b => b / 32f)], Classes, Height / 4, Width / 4);

    public void Dispose() => _photo.Dispose();

    [Theory]
    [InlineData(RefinementParts.None)]
    [InlineData(RefinementParts.Selection)]
    [InlineData(RefinementParts.SparseLogits)]
    [InlineData(RefinementParts.Selection | RefinementParts.SparseLogits)]
    public void Row_ColumnsRead_AllocatesThemAndLittleElse(RefinementParts parts)
    {
        SparseRefinementTransformer transformer = new(Columns, Refiner(new FractionSelector(0.1), new AverageEnsembler()), null, 1);
        using Row row = new(transformer, _photo, _logits);
        Reader reader = new(row, parts, readsLabels: true);
        long bytes = Alone.AllocatedBytes(() =>
        {
            row.Advance();
            reader.Read();
        });

        int selected = Height * Width / 10;
        long expected = (Height * Width)
            + (parts.HasFlag(RefinementParts.Selection) ? Height * Width : 0)
            + (parts == RefinementParts.None ? 0 : 4 * selected)
            + (parts.HasFlag(RefinementParts.SparseLogits) ? 4 * selected * Classes : 0);
        Assert.InRange(bytes, expected - 8, expected + MostSmallObjects);
    }

    [Fact]
    public void Row_EveryColumnRead_RunsEachStageOnce()
    {
        CountingSelector selector = new(new FractionSelector(0.1));
        CountingEnsembler ensembler = new();
        using Row row = new(new(Columns, Refiner(selector, ensembler), null, 1), _photo, _logits);
        Reader first = new(row, RefinementParts.Selection | RefinementParts.SparseLogits, readsLabels: true);
        Reader second = new(row, RefinementParts.Selection | RefinementParts.SparseLogits, readsLabels: true);
        for (int i = 1; i <= 2; i++)
        {
            row.Advance();
            (PixelSelection? selection, SparseLogits? sparse, LabelMap? labels) = first.Read();
            Assert.Equal((selection, sparse, labels), second.Read());
            Assert.Equal((i, i * Tiles), (selector.Calls, ensembler.Tiles));
            Assert.Same(selection!.Sites, sparse!.Sites);
        }
    }

    [Fact]
    public void Row_SelectionAlone_RunsTheSelectorAlone()
    {
        CountingSelector selector = new(new FractionSelector(0.1));
        CountingEnsembler ensembler = new();
        using Row row = new(new(Columns, Refiner(selector, ensembler), null, 1), _photo, _logits);
        Reader reader = new(row, RefinementParts.Selection, readsLabels: false);
        row.Advance();
        reader.Read();
        Assert.Equal((1, 0), (selector.Calls, ensembler.Tiles));
    }

    [Fact]
    public void Row_GetterTakenAfterTheRowWasRefined_HasTheSameBits()
    {
        SparseRefinementTransformer transformer = new(Columns, Refiner(new FractionSelector(0.1), new AverageEnsembler()), null, 1);
        RefinementResult expected = transformer.Refine(
            Images.View(_photo, "photo"), _logits, RefinementParts.Selection | RefinementParts.SparseLogits);
        using Row row = new(transformer, _photo, _logits);
        row.Advance();
        Assert.Equal(expected.Labels.Labels, new Reader(row, RefinementParts.None, readsLabels: true).Read().Labels!.Labels);
        (PixelSelection? selection, SparseLogits? sparse, _) = new Reader(
            row, RefinementParts.Selection | RefinementParts.SparseLogits, readsLabels: false).Read();
        Assert.Equal(expected.Selection!.Sites.Indices, selection!.Sites.Indices);
        Assert.Equal(expected.SparseLogits!.Values, sparse!.Values);
    }

    private static SparseRefinementColumns Columns => new("Image", "Logits", "Labels", "Selected", "SparseLogits");

    private static SparseRefiner Refiner(IPixelSelector selector, Ensembler ensembler)
    {
        FeatureSpec features = FeatureSpec.Parse("rgb,p");
        return new(selector, features, new SparseUNet(new SparseUNetOptions(features.Channels(Classes), Classes, [4, 8], 1), 1), ensembler);
    }

    private static byte[] Noise(int length)
    {
        byte[] noise = new byte[length];
        new Random(3).NextBytes(noise);
        return noise;
    }

    /// <summary>The transformer's row over one photo and its logits, again and again.</summary>
    private sealed class Row : IDisposable
    {
        private readonly Source _source;

        public Row(SparseRefinementTransformer transformer, MLImage photo, LogitMap logits)
        {
            DataViewSchema.Builder schema = new();
            schema.AddColumn("Image", new ImageDataViewType());
            schema.AddColumn("Logits", ColumnTypes.LogitMap);
            IRowToRowMapper mapper = transformer.GetRowToRowMapper(schema.ToSchema());
            _source = new Source(mapper.InputSchema, photo, logits);
            Output = mapper.GetRow(_source, mapper.OutputSchema);
        }

        public DataViewRow Output { get; }

        public void Advance() => _source.Next++;

        public void Dispose() => Output.Dispose();
    }

    private sealed class Source(DataViewSchema schema, MLImage photo, LogitMap logits) : DataViewRow
    {
        public long Next { get; set; } = -1;

        public override long Position => Next;

        public override long Batch => 0;

        public override DataViewSchema Schema => schema;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Next, 0);

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => (ValueGetter<TValue>)(Delegate)(column.Index == 0
            ? new ValueGetter<MLImage>((ref MLImage value) => value = photo)
            : new ValueGetter<LogitMap>((ref LogitMap value) => value = logits));
    }

    /// <summary>Getters of some of the added columns.</summary>
    private sealed class Reader(Row row, RefinementParts parts, bool readsLabels)
    {
        private readonly ValueGetter<PixelSelection>? _selection = parts.HasFlag(RefinementParts.Selection) ? Getter<PixelSelection>(row, "Selected") : null;
        private readonly ValueGetter<SparseLogits>? _sparse = parts.HasFlag(RefinementParts.SparseLogits) ? Getter<SparseLogits>(row, "SparseLogits") : null;
        private readonly ValueGetter<LabelMap>? _labels = readsLabels ? Getter<LabelMap>(row, "Labels") : null;

        public (PixelSelection? Selection, SparseLogits? Sparse, LabelMap? Labels) Read()
        {
            PixelSelection selection = null!;
            SparseLogits sparse = null!;
            LabelMap labels = null!;
            _selection?.Invoke(ref selection);
            _sparse?.Invoke(ref sparse);
            _labels?.Invoke(ref labels);
            return (selection, sparse, labels);
        }

        private static ValueGetter<T> Getter<T>(Row row, string name) => row.Output.GetGetter<T>(row.Output.Schema[name]);
    }

    private sealed class CountingSelector(IPixelSelector selector) : IPixelSelector
    {
        public int Calls { get; private set; }

        public PixelSelection Select(LogitMap logits, int height, int width, Workers workers)
        {
            Calls++;
            return selector.Select(logits, height, width, workers);
        }

        public string Describe() => selector.Describe();
    }

    private sealed class CountingEnsembler : Ensembler
    {
        private int _tiles;

        public int Tiles => _tiles;

        public override void Merge(EnsembleTile tile)
        {
            Interlocked.Increment(ref _tiles);
            tile.CopySparse();
        }
    }
}
