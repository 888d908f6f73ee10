/// <summary>A picture of more pixels than the service takes.</summary>
internal sealed class PictureTooLargeException(string message) : Exception(message);
