using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace SparseRefine.MLNet.Tests.Feed;

public class DataViewTests
{
    private readonly MLContext context = new(1);

    [Fact]
    public void CreateEnumerable_LoadedRows_GivesThemBack()
    {
        var rows = context.Data.CreateEnumerable<PlainRow>(context.Data.LoadFromEnumerable(PlainRow.Make(3)), reuseRowObject: false).ToArray();

        Assert.Equal(["row 0", "row 1", "row 2"], rows.Select(row => row.Name));
        Assert.Equal([0f, 1f, 2f], rows.Select(row => row.Number));
        Assert.Equal([0, 1], rows[2].Free);
    }

    [Fact]
    public void LoadFromEnumerable_List_KeepsItsOrder()
    {
        var view = context.Data.LoadFromEnumerable(PlainRow.Make(20));

        Assert.False(view.CanShuffle);
        Assert.Equal(20, view.GetRowCount());
        using var cursor = view.GetRowCursor(view.Schema, new Random(1));
        var getter = cursor.GetGetter<float>(view.Schema["Value"]);
        for (var i = 0; cursor.MoveNext(); i++)
        {
            var value = 0f;
            getter(ref value);
            Assert.Equal(i, value);
        }
    }

    [Fact]
    public void CreateEnumerable_MissingColumn_ThrowsUnlessIgnored()
    {
        var view = context.Data.LoadFromEnumerable(PlainRow.Make(1));

        Assert.Throws<ArgumentOutOfRangeException>(() => context.Data.CreateEnumerable<AddedRow>(view, false).ToArray());
        Assert.Single(context.Data.CreateEnumerable<AddedRow>(view, false, ignoreMissingColumns: true));
    }

    [Fact]
    public void GetGetter_WrongTypeOrInactiveColumn_Throws()
    {
        var view = context.Data.LoadFromEnumerable(PlainRow.Make(1));
        using var cursor = view.GetRowCursor([view.Schema["Name"]]);

        Assert.True(cursor.IsColumnActive(view.Schema["Name"]));
        Assert.False(cursor.IsColumnActive(view.Schema["Value"]));
        Assert.ThrowsAny<Exception>(() => cursor.GetGetter<float>(view.Schema["Name"]));
        Assert.ThrowsAny<Exception>(() => cursor.GetGetter<float>(view.Schema["Value"]));
    }

    [Fact]
    public void Cursor_Moving_CountsPositions()
    {
        using var cursor = context.Data.LoadFromEnumerable(PlainRow.Make(2)).GetRowCursor([]);

        Assert.Equal(-1, cursor.Position);
        Assert.True(cursor.MoveNext());
        Assert.Equal(0, cursor.Position);
        Assert.True(cursor.MoveNext());
        Assert.Equal(1, cursor.Position);
        Assert.False(cursor.MoveNext());
    }

    [Fact]
    public void TakeAndSkipRows_Counts_CutTheRange()
    {
        var view = context.Data.LoadFromEnumerable(PlainRow.Make(6));

        Assert.Equal([0f, 1f], context.Data.TakeRows(view, 2).GetColumn<float>("Value"));
        Assert.Equal([4f, 5f], context.Data.SkipRows(view, 4).GetColumn<float>("Value"));
    }

    [Fact]
    public void FilterRowsByColumn_Bounds_LowerInUpperOut()
    {
        var view = context.Data.LoadFromEnumerable(PlainRow.Make(6));

        Assert.Equal([2f, 3f], context.Data.FilterRowsByColumn(view, "Value", 2, 4).GetColumn<float>("Value"));
    }

    [Fact]
    public void TrainTestSplit_Seeded_PartitionsTheRowsTheSameWayTwice()
    {
        var view = context.Data.LoadFromEnumerable(PlainRow.Make(100));
        var first = context.Data.TrainTestSplit(view, 0.3, seed: 5);
        var second = context.Data.TrainTestSplit(view, 0.3, seed: 5);
        float[] train = [.. first.TrainSet.GetColumn<float>("Value")];
        float[] test = [.. first.TestSet.GetColumn<float>("Value")];

        Assert.Equal(Enumerable.Range(0, 100).Select(i => (float)i), train.Concat(test).Order());
        Assert.InRange(test.Length, 10, 60);
        Assert.Equal(test, second.TestSet.GetColumn<float>("Value"));
    }

    [Fact]
    public void ShuffleRows_Seeded_KeepsEveryRow()
    {
        var view = context.Data.LoadFromEnumerable(PlainRow.Make(50));
        float[] shuffled = [.. context.Data.ShuffleRows(view, seed: 3).GetColumn<float>("Value")];

        Assert.Equal(Enumerable.Range(0, 50).Select(i => (float)i), shuffled.Order());
        Assert.NotEqual(shuffled.Order(), shuffled);
    }

    [Fact]
    public void Cache_ReadTwice_ReadsTheSourceOnce()
    {
        var reads = 0;
        IEnumerable<PlainRow> Source()
        {
            reads++;
            return PlainRow.Make(3);
        }

        IEnumerable<PlainRow> Rows()
        {
            foreach (var row in Source())
            {
                yield return row;
            }
        }

        var cached = context.Data.Cache(context.Data.LoadFromEnumerable(Rows()));
        _ = cached.GetColumn<float>("Value").ToArray();
        Assert.Equal([0f, 1f, 2f], cached.GetColumn<float>("Value"));
        Assert.Equal(1, reads);
    }

    [Fact]
    public void Preview_Rows_ShowsColumnsAndValues()
    {
        var preview = context.Data.LoadFromEnumerable(PlainRow.Make(5)).Preview(maxRows: 2);

        Assert.Equal(2, preview.RowView.Length);
        Assert.Equal(4, preview.ColumnView.Length);
        Assert.Equal(1f, preview.RowView[1].Values.Single(pair => pair.Key == "Value").Value);
    }
}
