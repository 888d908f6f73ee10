using System.Text.Json;
using Xunit;

namespace SparseRefine.Tests;

public sealed class StageTimesTests
{
    private static readonly StageTimes Times = new() { Decode = 1, Dense = 2, Select = 3, Extract = 4, Ensemble = 5, Encode = 6 };

    [Fact]
    public void Indexer_EveryStage_IsTheProperty()
    {
        Assert.Equal([1.0, 2, 3, 4, 5, 6], Enum.GetValues<Stage>().Select(stage => Times[stage]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Times[(Stage)6]);
    }

    [Fact]
    public void Operators_SumAndQuotient_AreStageByStage()
    {
        Assert.Equal(Times, (Times + Times) / 2);
        Assert.Equal(Times, Times + default(StageTimes));
        Assert.Equal(21, Times.Total);
    }

    [Fact]
    public void Total_ThreeDigitsEach_HasThreeDigits() =>
        Assert.Equal(0.3, new StageTimes { Decode = 0.1, Dense = 0.2 }.Total);

    [Fact]
    public void Json_ThereAndBack_IsTheSameInTheStagesOrder()
    {
        string json = JsonSerializer.Serialize(Times, JsonSerializerOptions.Web);
        Assert.Equal("""{"decode":1,"dense":2,"select":3,"extract":4,"ensemble":5,"encode":6,"total":21}""", json);
        Assert.Equal(Times, JsonSerializer.Deserialize<StageTimes>(json, JsonSerializerOptions.Web));
    }
}
