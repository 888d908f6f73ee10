using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace SparseRefine.MLNet.Tests.Contract;

/// <summary>What every estimator of ours must do, whatever it computes.</summary>
public sealed class EstimatorWorkoutTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    public static TheoryData<string> Cases => [.. EstimatorCase.All.Select(known => known.Name)];

    private static readonly string[] Columns =
        ["ImagePath", "LabelPath", "Image", "Label", "Logits", "Selected", "SparseLogits", "Scores"];

    [Fact]
    public void All_EstimatorsOfTheAssembly_AreInTheWorkout()
    {
        IEnumerable<Type> estimators = typeof(SemanticSegmentationCatalog).Assembly.GetExportedTypes()
            .Where(type => !type.IsAbstract && typeof(IEstimator<ITransformer>).IsAssignableFrom(type));
        Assert.Equal(
            estimators.Select(type => type.Name).Order(),
            EstimatorCase.All.Select(known => known.Make(fixture.Scene, "Out").GetType().Name).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void GetOutputSchema_Promise_IsWhatTransformDelivers(string name)
    {
        SchemaShape promised = EstimatorCase.Of(name).Make(fixture.Scene, "Out").GetOutputSchema(Shapes.Of(fixture.Data.Schema));
        DataViewSchema delivered = fixture.Fitted(name).Transform(fixture.Data).Schema;
        SchemaShape actual = Shapes.Of(delivered);
        Assert.Equal([.. Columns, "Out"], delivered.Select(column => column.Name));
        Assert.Equal(actual.Select(Describe), promised.Select(Describe));
        Assert.Equal(
            delivered.Select(column => (column.Name, column.Type)),
            fixture.Fitted(name).GetOutputSchema(fixture.Data.Schema).Select(column => (column.Name, column.Type)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Transform_OutputNamedAsAnInput_HidesIt(string name)
    {
        EstimatorCase tested = EstimatorCase.Of(name);
        string output = tested.Needs[0];
        ITransformer transformer = tested.Make(fixture.Scene, output).Fit(fixture.Data);
        IDataView data = transformer.Transform(fixture.Data);
        Assert.Equal([.. Columns, output], data.Schema.Select(column => column.Name));
        Assert.True(data.Schema.First(column => column.Name == output).IsHidden);
        Assert.False(data.Schema[output].IsHidden);
        Assert.Equal(Expected(name), ColumnReader.Read(data, output));
        (transformer as IDisposable)?.Dispose();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Transform_ColumnsThatNobodyReads_AreNotAskedFor(string name)
    {
        var watched = new WatchedView(fixture.Data);
        IDataView data = fixture.Fitted(name).Transform(watched);
        ColumnReader.Read(data, "ImagePath");
        Assert.Equal(["ImagePath"], watched.Asked);
        watched.Asked.Clear();
        watched.Reads.Clear();
        ColumnReader.Read(data, "Out");
        Assert.Equal(EstimatorCase.Of(name).Needs.Order(), watched.Asked.Order());
        Assert.All(watched.Reads, column => Assert.Equal(fixture.Rows.Count, column.Value));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Transform_ActiveButUnreadColumn_ComputesNothing(string name)
    {
        var watched = new WatchedView(fixture.Data);
        IDataView data = fixture.Fitted(name).Transform(watched);
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        _ = ColumnReader.Of(cursor, "Out");
        while (cursor.MoveNext())
        {
        }

        // A batch is read when its first row is met: every active column of every row, once. The other estimators wait for the reader.
        int reads = name == "DenseModel in batches" ? fixture.Rows.Count : 0;
        Assert.All(Columns, column => Assert.Equal(reads, watched.Reads.GetValueOrDefault(column)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Transform_TwoPassesAndTwoReaders_GiveTheSame(string name)
    {
        IDataView data = fixture.Fitted(name).Transform(fixture.Data);
        List<string> expected = Expected(name);
        Assert.Equal(expected, ColumnReader.Read(data, "Out"));
        using DataViewRowCursor first = data.GetRowCursor(data.Schema);
        using DataViewRowCursor second = data.GetRowCursor(data.Schema);
        (Func<string> a, Func<string> b) = (ColumnReader.Of(first, "Out"), ColumnReader.Of(second, "Out"));
        Func<string> again = ColumnReader.Of(first, "Out");
        Assert.True(second.MoveNext());
        for (int i = 0; first.MoveNext(); i++)
        {
            Assert.Equal(expected[i], a());
            Assert.Equal(expected[Math.Min(i + 1, expected.Count - 1)], second.MoveNext() ? b() : expected[^1]);
            Assert.Equal(expected[i], again());
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void GetRowCursor_ShuffledAndInSets_GivesEveryRowItsOwnValue(string name)
    {
        IDataView data = fixture.Fitted(name).Transform(new ShufflableView(fixture.Scene.Context, fixture.Rows));
        Dictionary<string, string> expected = fixture.Rows.Zip(Expected(name)).ToDictionary(pair => pair.First.ImagePath, pair => pair.Second);
        Assert.True(data.CanShuffle);
        Check([data.GetRowCursor(data.Schema, new Random(3))]);
        Check(data.GetRowCursorSet(data.Schema, 3));
        Check(data.GetRowCursorSet(data.Schema, 3, new Random(4)));

        void Check(DataViewRowCursor[] cursors)
        {
            Dictionary<string, string> found = [];
            foreach (DataViewRowCursor cursor in cursors)
            {
                using (cursor)
                {
                    (Func<string> path, Func<string> value) = (ColumnReader.Of(cursor, "ImagePath"), ColumnReader.Of(cursor, "Out"));
                    while (cursor.MoveNext())
                    {
                        found.Add(path(), value());
                    }
                }
            }

            Assert.Equal(expected.OrderBy(pair => pair.Key), found.OrderBy(pair => pair.Key));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Transform_ManyThreads_GiveTheSame(string name)
    {
        IDataView data = fixture.Fitted(name).Transform(fixture.Data);
        List<string> expected = Expected(name);
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ => Assert.Equal(expected, ColumnReader.Read(data, "Out")));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Fit_ColumnMissing_NamesItAndWhatIsExpected(string name)
    {
        EstimatorCase tested = EstimatorCase.Of(name);
        foreach (string column in tested.Needs.Concat(tested.FitNeeds))
        {
            IDataView data = fixture.Scene.Context.Transforms.SelectColumns([.. Columns.Where(other => other != column)])
                .Fit(fixture.Data).Transform(fixture.Data);
            foreach (Action use in Uses(tested, name, data, column))
            {
                var error = Assert.Throws<InvalidInputException>(use);
                Assert.Matches($"^column '{column}': expected (a|an|text|SparseLogits)\\b.*, got no such column \\(columns: ", error.Message);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Fit_ColumnOfOtherType_NamesItAndBothTypes(string name)
    {
        EstimatorCase tested = EstimatorCase.Of(name);
        foreach (string column in tested.Needs.Concat(tested.FitNeeds))
        {
            string other = column is "LabelPath" or "ImagePath" ? "Scores" : "ImagePath";
            IDataView data = fixture.Scene.Context.Transforms.CopyColumns(column, other).Fit(fixture.Data).Transform(fixture.Data);
            foreach (Action use in Uses(tested, name, data, column))
            {
                var error = Assert.Throws<InvalidInputException>(use);
                Assert.Matches($"^column '{column}': expected .*, got (String|Vector<Single.*)$", error.Message);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Transform_RowWithoutValue_NamesTheColumnAndSparesTheOthers(string name)
    {
        foreach (string column in EstimatorCase.Of(name).Needs)
        {
            IDataView rows = fixture.View(fixture.Rows[0], fixture.Rows[1].Without(column), fixture.Rows[2]);
            IDataView data = fixture.Fitted(name).Transform(rows);
            using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
            Func<string> read = ColumnReader.Of(cursor, "Out");
            List<string> expected = Expected(name);
            Assert.True(cursor.MoveNext());
            Assert.Equal(expected[0], read());
            Assert.True(cursor.MoveNext());
            for (int attempt = 0; attempt < 2; attempt++)
            {
                var error = Assert.Throws<InvalidInputException>(() => read());
                Assert.Matches($"^column '{column}'(, row 1)?: expected .*, got none(, as in a row that LoadPhotos flagged.*)?$", error.Message);
            }

            Assert.True(cursor.MoveNext());
            Assert.Equal(expected[2], read());
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Transform_NoRows_GivesNoRows(string name)
    {
        EstimatorCase tested = EstimatorCase.Of(name);
        IDataView nothing = fixture.View([]);
        Assert.Empty(ColumnReader.Read(fixture.Fitted(name).Transform(nothing), "Out"));
        IEstimator<ITransformer> estimator = tested.Make(fixture.Scene, "Out");
        if (tested.FitNeeds.Length == 0)
        {
            (estimator.Fit(nothing) as IDisposable)?.Dispose();
        }
        else
        {
            Assert.Contains(
                "expected at least one row, got none",
                Assert.Throws<ArgumentException>(() => estimator.Fit(nothing)).Message,
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Save_OwnFormat_LoadsInAFreshContextWithTheSameAnswers(string name)
    {
        string file = fixture.Scene.PathOf($"{Guid.NewGuid():N}.sparserefine");
        fixture.Scene.Catalog.Save(fixture.Fitted(name), fixture.Data.Schema, file);
        using var loaded = (TransformerChain<ITransformer>)new MLContext().SemanticSegmentation.Load(file, out _);
        IDataView data = loaded.Transform(fixture.Data);
        Assert.Equal(Expected(name), ColumnReader.Read(data, "Out"));
        Assert.Equal(
            fixture.Fitted(name).Transform(fixture.Data).Schema.Select(column => (column.Name, column.Type)),
            data.Schema.Select(column => (column.Name, column.Type)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Save_FormatOfMLNet_NamesTheMethodThatCan(string name)
    {
        using MemoryStream stream = new();
        var error = Assert.Throws<NotSupportedException>(
            () => fixture.Scene.Context.Model.Save(fixture.Fitted(name), fixture.Data.Schema, stream));
        Assert.Contains("mlContext.SemanticSegmentation.Save(model, inputSchema, path)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Dispose_Cursor_EndsItsGettersAndLeavesTheCallersImages(string name)
    {
        IDataView data = fixture.Fitted(name).Transform(fixture.Data);
        DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        Func<string> read = ColumnReader.Of(cursor, "Out");
        Assert.True(cursor.MoveNext());
        read();
        cursor.Dispose();
        Assert.Throws<ObjectDisposedException>(() => read());
        Assert.Throws<ObjectDisposedException>(() => ColumnReader.Of(cursor, "Out"));
        Assert.All(fixture.Rows, row => Assert.Equal(Scene.Height * Scene.Width * 4, row.Image!.Pixels.Length));
    }

    private static IEnumerable<string> Describe(SchemaShape shape, string prefix) => shape
        .OrderBy(column => column.Name).Select(column => $"{prefix}{Describe(column)}");

    private static string Describe(SchemaShape.Column column) =>
        $"{column.Name} {column.Kind} of {column.ItemType}, key {column.IsKey}, {string.Join("; ", Describe(column.Annotations, "@"))}";

    private List<string> Expected(string name) => ColumnReader.Read(fixture.Fitted(name).Transform(fixture.Data), "Out");

    /// <summary>All ways that look at a schema, as far as they need the column.</summary>
    private IEnumerable<Action> Uses(EstimatorCase tested, string name, IDataView data, string column)
    {
        IEstimator<ITransformer> estimator = tested.Make(fixture.Scene, "Out");
        yield return () => estimator.GetOutputSchema(Shapes.Of(data.Schema));
        yield return () => estimator.Fit(data);
        if (tested.Needs.Contains(column))
        {
            ITransformer transformer = fixture.Fitted(name);
            yield return () => transformer.Transform(data);
            yield return () => transformer.GetOutputSchema(data.Schema);
            yield return () => transformer.GetRowToRowMapper(data.Schema);
        }
    }
}
