using Xunit;

namespace SparseRefine.Tests;

public class InvalidInputExceptionTests
{
    private static readonly InvalidInputException Bad = new("a.png", "a photo", "a text");

    [Fact]
    public void Message_IsMadeOfTheParts()
    {
        Assert.Equal("a.png: expected a photo, got a text", Bad.Message);
        Assert.Equal(("a.png", "a photo", "a text"), (Bad.InputSource, Bad.Expected, Bad.Got));
    }

    [Fact]
    public void PartOfALargerInput_KeepsThePartsAndNamesBoth()
    {
        InvalidInputException error = new("m.zip", Bad);
        Assert.Equal("m.zip: a.png: expected a photo, got a text", error.Message);
        Assert.Equal("m.zip: a.png", error.InputSource);
        Assert.Same(Bad, error.InnerException);
    }

    [Fact]
    public void Find_WrappedAnyDepth_IsFound()
    {
        Assert.Same(Bad, InvalidInputException.Find(Bad));
        Assert.Same(Bad, InvalidInputException.Find(new InvalidOperationException("x", new AggregateException(new TimeoutException(), new IOException("y", Bad)))));
        InvalidInputException outer = new("m.zip", Bad);
        Assert.Same(outer, InvalidInputException.Find(new AggregateException(outer)));
    }

    [Fact]
    public void Find_ABugOfOurs_IsNoInput()
    {
        Assert.Null(InvalidInputException.Find(null));
        Assert.Null(InvalidInputException.Find(new ArgumentException("features: expected 3 values, got 4", new FormatException("b"))));
    }
}
