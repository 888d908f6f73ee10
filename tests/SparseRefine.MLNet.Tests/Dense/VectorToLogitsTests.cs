using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Onnx;
using Xunit;

namespace SparseRefine.MLNet.Tests.Dense;

public class VectorToLogitsTests
{
    private static readonly float[] Scores = [.. Enumerable.Range(0, 60).Select(i => (i * 7 % 13) - 5f)];
    private readonly MLContext context = new(1);

    [Fact]
    public void Transform_KnownDimensions_SkipsLeadingOnes()
    {
        LogitMap map = Convert(new VectorToLogitsEstimator.Options { InputColumnName = "Known" }).Single();
        Assert.Equal((3, 4, 5), (map.Classes, map.Height, map.Width));
        Assert.Equal(Scores, map.Values);
    }

    [Fact]
    public void Transform_ClassesLast_BecomePlanes()
    {
        LogitMap map = Convert(new VectorToLogitsEstimator.Options
        {
            InputColumnName = "Last",
            Layout = LogitLayout.ClassesLast,
        }).Single();
        Assert.Equal((5, 3, 4), (map.Classes, map.Height, map.Width));
        for (int i = 0; i < 12; i++)
        {
            for (int c = 0; c < 5; c++)
            {
                Assert.Equal(Scores[(i * 5) + c], map.Values[(c * 12) + i]);
            }
        }
    }

    [Fact]
    public void Transform_FreeVectors_HaveTheSizeThatIsMissing()
    {
        List<LogitMap> maps = [.. Convert(
            new VectorToLogitsEstimator.Options { InputColumnName = "Free", Classes = 3, Height = 4 }, Row.Of(60), Row.Of(24))];
        Assert.Equal([(3, 4, 5), (3, 4, 2)], maps.Select(map => (map.Classes, map.Height, map.Width)));
    }

    [Fact]
    public void Transform_Probabilities_BecomeLogarithms()
    {
        float[] p = [0.25f, 1, 0.75f, 0];
        LogitMap map = Convert(
            new VectorToLogitsEstimator.Options { InputColumnName = "Free", Classes = 2, Height = 1 }, new Row { Free = p }).Single();
        Assert.Equal(p.Select(v => MathF.Log(MathF.Max(v, 1e-10f))), map.Values, (a, b) => MathF.Abs(a - b) < 1e-5f);
    }

    [Fact]
    public void Transform_SameName_HidesTheVector()
    {
        IDataView data = context.Data.LoadFromEnumerable([Row.Of(60)]);
        IDataView mapped = context.SemanticSegmentation.ConvertToLogits("Known").Fit(data).Transform(data);
        Assert.Same(ColumnTypes.LogitMap, mapped.Schema["Known"].Type);
        Assert.Equal(2, mapped.Schema.Count(column => column.Name == "Known"));
        Assert.Equal(Scores, mapped.GetColumn<LogitMap>("Known").Single().Values);
    }

    [Theory]
    [InlineData(7, null, "column 'Known': expected 7x*x* scores (ClassesFirst), got Vector<Single, 1, 3, 4, 5>")]
    [InlineData(null, 9, "column 'Known': expected *x9x* scores (ClassesFirst), got Vector<Single, 1, 3, 4, 5>")]
    public void Fit_SizesThatContradictTheColumn_NamesBoth(int? classes, int? height, string message)
    {
        var error = Assert.Throws<ArgumentException>(() => Convert(
            new VectorToLogitsEstimator.Options { InputColumnName = "Known", Classes = classes, Height = height }).ToList());
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void Fit_VectorOfBytes_NamesColumnAndType()
    {
        var error = Assert.Throws<ArgumentException>(
            () => Convert(new VectorToLogitsEstimator.Options { InputColumnName = "Bytes" }).ToList());
        Assert.StartsWith("column 'Bytes': expected a vector of Single, got Vector<Byte", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Transform_RowOfAnotherLength_NamesColumnAndLength()
    {
        var error = Assert.Throws<InvalidInputException>(() => Convert(
            new VectorToLogitsEstimator.Options { InputColumnName = "Free", Classes = 3, Height = 4 }, Row.Of(25)).ToList());
        Assert.Equal("column 'Free': expected 3x4x* scores (ClassesFirst), got 25", error.Message);
    }

    [Fact]
    public void Transform_NotFinite_NamesTheColumn()
    {
        var error = Assert.Throws<InvalidInputException>(() => Convert(
            new VectorToLogitsEstimator.Options { InputColumnName = "Free", Classes = 2, Height = 1 },
            new Row { Free = [0, float.NaN] }).ToList());
        Assert.Equal("column 'Free': expected finite scores up to 1e+30 in magnitude, got NaN", error.Message);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(256, 1)]
    [InlineData(2, 0)]
    public void Constructor_SizesOutOfRange_Throws(int classes, int height) => Assert.Throws<ArgumentException>(
        () => context.SemanticSegmentation.ConvertToLogits(new VectorToLogitsEstimator.Options { Classes = classes, Height = height }));

    private IEnumerable<LogitMap> Convert(VectorToLogitsEstimator.Options options, params Row[] rows)
    {
        IDataView data = context.Data.LoadFromEnumerable(rows.Length == 0 ? [Row.Of(60)] : rows);
        return context.SemanticSegmentation.ConvertToLogits(options).Fit(data).Transform(data).GetColumn<LogitMap>("Logits");
    }

    private sealed class Row
    {
        [VectorType(1, 3, 4, 5)]
        public float[] Known { get; set; } = Scores;

        [VectorType(3, 4, 5)]
        public float[] Last { get; set; } = Scores;

        public float[] Free { get; set; } = [];

        public byte[] Bytes { get; set; } = [];

        public static Row Of(int length) => new() { Free = Scores[..length] };
    }
}
