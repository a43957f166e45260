class Circles(port: Int) {
  val host = host

  def join(given: String): String = {
    var host = given
    host = Option(host).getOrElse(host)
    var url = s"http://$host:$port"
    url = cut(url)
    new URL(url)
    val x = x
    new URL(s"http://$x:$port")
    lazy val y: String = y
    new URL("http://" + y + ":" + port)
    s"http://${join(host)}:$port"
  }

  def cut(addr: String): String = {
    val host = addr.split(":")(0)
    new Socket(host, port)
    cut(join(host))
  }
}
