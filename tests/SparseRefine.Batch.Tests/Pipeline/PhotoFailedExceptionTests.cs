using Xunit;

namespace SparseRefine.Batch.Tests.Pipeline;

public sealed class PhotoFailedExceptionTests
{
    private static PhotoFailedException Of(string path, FailureReason fault, Exception e) =>
        Assert.IsType<PhotoFailedException>(PhotoFailedException.Of(path, fault, e));

    [Fact]
    public void Of_ComplaintAboutInput_IsTheImagesFaultAndNamesItOnce()
    {
        PhotoFailedException column = Of(
            "a.png", FailureReason.Refused, new AggregateException(new InvalidInputException("column 'Logits'", "12 classes", "11")));
        Assert.Equal(FailureReason.Refused, column.Reason);
        Assert.Equal("a.png: column 'Logits': expected 12 classes, got 11", column.Message);
        PhotoFailedException file = Of("a.png", FailureReason.Damaged, new InvalidInputException("a.png", "a photo", "a text"));
        Assert.Equal(FailureReason.Damaged, file.Reason);
        Assert.Equal("a.png: expected a photo, got a text", file.Message);
    }

    [Theory]
    [InlineData(typeof(ArgumentException))]
    [InlineData(typeof(IndexOutOfRangeException))]
    [InlineData(typeof(NullReferenceException))]
    [InlineData(typeof(InvalidOperationException))]
    public void Of_ABugOfOurs_IsNoFaultOfTheImage(Type type)
    {
        PhotoFailedException failure = Of("a.png", FailureReason.Refused, (Exception)Activator.CreateInstance(type)!);
        Assert.Equal(FailureReason.Unexpected, failure.Reason);
        Assert.StartsWith($"a.png: internal error {type.Name}: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_KnownFailure_StaysAsItIs()
    {
        PhotoFailedException late = new(FailureReason.TimedOut, "a.png: late");
        Assert.Same(late, PhotoFailedException.Of("a.png", FailureReason.Damaged, late));
    }

    [Fact]
    public void Of_NoMemory_IsTheMachinesTroubleHoweverDeep()
    {
        MachineTrouble trouble = Assert.IsType<MachineTrouble>(PhotoFailedException.Of(
            "a.png", FailureReason.Refused, new AggregateException(new InvalidInputException("m", "a model", "x", new OutOfMemoryException("none left")))));
        Assert.Equal(
            "a.png: expected memory and threads to score it with nothing else in work, got none left; give the process more memory, "
                + "or leave out photos of so many pixels (--max-pixels)",
            trouble.Message);
    }
}
