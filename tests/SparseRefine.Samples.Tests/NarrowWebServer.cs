namespace SparseRefine.Samples.Tests;

/// <summary>The web sample with room for few: one photo with the model, one that waits, three bodies on their way of three seconds at most.</summary>
public sealed class NarrowWebServer() : WebServer(
    [
        "--Service:Concurrency", "1", "--Service:Queue", "1", "--Service:Readers", $"{Readers}", "--Service:BodySeconds", "3", "--Service:IdleSeconds", "0.5",
    ])
{
    public const int Readers = 3;
}
