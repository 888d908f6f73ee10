using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace SparseRefine.MLNet.Tests.Feed;

public class SchemaTests
{
    [Fact]
    public void LoadFromEnumerable_PlainClass_GivesColumnsOfItsMembers()
    {
        var schema = new MLContext(1).Data.LoadFromEnumerable(PlainRow.Make(2)).Schema;

        Assert.Equal(["Name", "Value", "Fixed", "Free"], schema.Select(column => column.Name));
        Assert.Equal(TextDataViewType.Instance, schema["Name"].Type);
        Assert.Equal(NumberDataViewType.Single, schema["Value"].Type);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 3), schema["Fixed"].Type);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Int32), schema["Free"].Type);
    }

    [Fact]
    public void Builder_RepeatedName_HidesTheEarlierColumn()
    {
        DataViewSchema.Builder builder = new();
        builder.AddColumn("A", NumberDataViewType.Single);
        builder.AddColumn("B", NumberDataViewType.Single);
        builder.AddColumn("A", TextDataViewType.Instance);
        var schema = builder.ToSchema();

        Assert.Equal(3, schema.Count);
        Assert.True(schema[0].IsHidden);
        Assert.False(schema[2].IsHidden);
        Assert.Equal(2, schema["A"].Index);
        Assert.Null(schema.GetColumnOrNull("C"));
        Assert.Throws<ArgumentOutOfRangeException>(() => schema["C"]);
    }

    [Fact]
    public void Annotations_Added_AreReadByNameAndType()
    {
        DataViewSchema.Annotations.Builder annotations = new();
        annotations.AddPrimitiveValue("Count", NumberDataViewType.Int32, 7);
        ReadOnlyMemory<char>[] names = ["a".AsMemory(), "b".AsMemory()];
        annotations.Add("SlotNames", new VectorDataViewType(TextDataViewType.Instance, 2), (ref VBuffer<ReadOnlyMemory<char>> value) => value = new(2, names));
        DataViewSchema.Builder builder = new();
        builder.AddColumn("V", new VectorDataViewType(NumberDataViewType.Single, 2), annotations.ToAnnotations());
        var column = builder.ToSchema()["V"];

        var count = 0;
        column.Annotations.GetValue("Count", ref count);
        VBuffer<ReadOnlyMemory<char>> slots = default;
        column.GetSlotNames(ref slots);

        Assert.Equal(7, count);
        Assert.True(column.HasSlotNames());
        Assert.Equal(["a", "b"], slots.DenseValues().Select(slot => slot.ToString()));
    }

    [Theory]
    [InlineData(0, "Vector<Single>")]
    [InlineData(3, "Vector<Single, 3>")]
    public void VectorType_ToString_NamesItemAndSize(int size, string expected)
        => Assert.Equal(expected, new VectorDataViewType(NumberDataViewType.Single, size).ToString());

    [Fact]
    public void VectorType_UnknownDimension_HasNoSize()
    {
        VectorDataViewType type = new(NumberDataViewType.Byte, 2, 0);

        Assert.False(type.IsKnownSize);
        Assert.Equal(0, type.Size);
        Assert.Equal("Vector<Byte, 2, *>", type.ToString());
        Assert.Equal(type, new VectorDataViewType(NumberDataViewType.Byte, 2, 0));
        Assert.NotEqual(type, new VectorDataViewType(NumberDataViewType.Byte, 2, 1));
    }

    [Fact]
    public void KeyType_Count_IsPartOfIt()
    {
        Assert.Equal(new KeyDataViewType(typeof(uint), 5), new KeyDataViewType(typeof(uint), 5UL));
        Assert.NotEqual(new KeyDataViewType(typeof(uint), 5), new KeyDataViewType(typeof(uint), 6));
        Assert.Equal("Key<UInt32, 0-4>", new KeyDataViewType(typeof(uint), 5).ToString());
        Assert.ThrowsAny<ArgumentException>(() => new KeyDataViewType(typeof(int), 5));
    }

    [Fact]
    public void VBuffer_Sparse_GivesDefaultsBetween()
    {
        VBuffer<float> vector = new(5, 2, [1, 2], [1, 4]);

        Assert.False(vector.IsDense);
        Assert.Equal([0, 1, 0, 0, 2], vector.DenseValues());
        Assert.Equal(2, vector.GetItemOrDefault(4));
        Assert.Equal(2, vector.Items().Count());
        var dense = new float[5];
        vector.CopyTo(dense);
        Assert.Equal([0, 1, 0, 0, 2], dense);
    }

    [Fact]
    public void VBufferEditor_LargeEnough_ReusesMemory()
    {
        VBuffer<float> vector = new(4, new float[4]);
        var editor = VBufferEditor.Create(ref vector, 3);

        Assert.False(editor.CreatedNewValues);
        editor.Values.Fill(2);
        vector = editor.Commit();
        Assert.Equal([2, 2, 2], vector.DenseValues());
        Assert.True(VBufferEditor.Create(ref vector, 5).CreatedNewValues);
    }
}
