/// <summary>A photo of more pixels than the service takes.</summary>
internal sealed class PhotoTooLargeException(string message) : Exception(message);
